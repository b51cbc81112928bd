/* Loaded into a peer (LD_PRELOAD): keeps, beside its journal, what a power cut would leave of it.
 *
 * POWER_FILE    the database. It and its "-wal" are watched; the "-shm" is memory and never outlives a cut.
 * POWER_SHADOW  a directory: in it a copy of each watched file as of its last fsync or fdatasync.
 * POWER_FULL    a file: while it exists, writing to the watched files fails: with ENOSPC, or the number that POWER_ERRNO says.
 * POWER_BROKEN  a file: while it exists, reading the watched files fails with EIO.
 *
 * What was written since the last sync is in the live file alone, where a kill -9 leaves it and a power cut need not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATCHED 16
#define CHUNK 65536

static struct { dev_t dev; ino_t ino; off_t from, to; } dirty[WATCHED];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

typedef ssize_t writing(int, const void *, size_t, off_t);
typedef ssize_t reading(int, void *, size_t, off_t);
static writing *really_pwrite;
static reading *really_pread;
static ssize_t (*really_read)(int, void *, size_t);
static int (*really_fsync)(int), (*really_fdatasync)(int), (*really_unlink)(const char *);

/* Anything may write or read before this library's turn to be made ready comes. */
__attribute__((constructor)) static void find(void)
{
    if (really_unlink) return;
    really_pwrite = (writing *)dlsym(RTLD_NEXT, "pwrite64");
    really_pread = (reading *)dlsym(RTLD_NEXT, "pread64");
    really_read = (ssize_t (*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
    really_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    really_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    really_unlink = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    if (!really_pwrite || !really_pread || !really_read || !really_fsync || !really_fdatasync || !really_unlink) abort();
}

static int is_watched(const char *path)
{
    const char *file = getenv("POWER_FILE");
    size_t length = file ? strlen(file) : 0;
    return file && !strncmp(path, file, length) && (!path[length] || !strcmp(path + length, "-wal"));
}

static int path_of(int fd, char *path, size_t size)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_watched(path);
}

static int forbidden(int fd, const char *variable)
{
    char path[4096];
    const char *sign = getenv(variable);
    return sign && !access(sign, F_OK) && path_of(fd, path, sizeof path);
}

/* The slot of an open file; -1 when it is not watched. Under the lock. */
static int slot_of(int fd, char *path, size_t size)
{
    struct stat is;
    if (!path_of(fd, path, size) || fstat(fd, &is)) return -1;
    int empty = -1;
    for (int i = 0; i < WATCHED; i++) {
        if (dirty[i].ino == is.st_ino && dirty[i].dev == is.st_dev) return i;
        if (!dirty[i].ino && empty < 0) empty = i;
    }
    if (empty < 0) abort();
    dirty[empty].dev = is.st_dev, dirty[empty].ino = is.st_ino, dirty[empty].from = 0, dirty[empty].to = is.st_size;
    return empty;
}

static void wrote(int fd, off_t at, ssize_t count)
{
    char path[4096];
    if (count <= 0) return;
    pthread_mutex_lock(&lock);
    int slot = slot_of(fd, path, sizeof path);
    if (slot >= 0) {
        if (dirty[slot].to <= dirty[slot].from) dirty[slot].from = at, dirty[slot].to = at + count;
        if (at < dirty[slot].from) dirty[slot].from = at;
        if (at + count > dirty[slot].to) dirty[slot].to = at + count;
    }
    pthread_mutex_unlock(&lock);
}

static void synced(int fd)
{
    char path[4096], shadow[8192], buffer[CHUNK];
    struct stat is;
    pthread_mutex_lock(&lock);
    int slot = slot_of(fd, path, sizeof path);
    if (slot >= 0 && getenv("POWER_SHADOW") && !fstat(fd, &is)) {
        snprintf(shadow, sizeof shadow, "%s/%s", getenv("POWER_SHADOW"), strrchr(path, '/') + 1);
        int copy = open(shadow, O_WRONLY | O_CREAT, 0600);
        if (copy < 0) abort();
        for (off_t at = dirty[slot].from; at < dirty[slot].to; ) {
            size_t part = dirty[slot].to - at < CHUNK ? (size_t)(dirty[slot].to - at) : CHUNK;
            ssize_t got = really_pread(fd, buffer, part, at);
            if (got <= 0) break;
            if (really_pwrite(copy, buffer, got, at) != got) abort();
            at += got;
        }
        if (ftruncate(copy, is.st_size)) abort();
        close(copy);
        dirty[slot].from = dirty[slot].to = 0;
    }
    pthread_mutex_unlock(&lock);
}

ssize_t pwrite64(int fd, const void *data, size_t count, off_t at)
{
    find();
    if (forbidden(fd, "POWER_FULL")) return errno = getenv("POWER_ERRNO") ? atoi(getenv("POWER_ERRNO")) : ENOSPC, -1;
    ssize_t done = really_pwrite(fd, data, count, at);
    int error = errno;
    wrote(fd, at, done);
    errno = error;
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t count, off_t at) { return pwrite64(fd, data, count, at); }

ssize_t pread64(int fd, void *data, size_t count, off_t at)
{
    find();
    if (forbidden(fd, "POWER_BROKEN")) return errno = EIO, -1;
    return really_pread(fd, data, count, at);
}

ssize_t read(int fd, void *data, size_t count)
{
    find();
    if (forbidden(fd, "POWER_BROKEN")) return errno = EIO, -1;
    return really_read(fd, data, count);
}

ssize_t pread(int fd, void *data, size_t count, off_t at) { return pread64(fd, data, count, at); }

static int and_note(int failed, int fd)
{
    int error = errno;
    if (!failed) synced(fd);
    errno = error;
    return failed;
}

int fsync(int fd) { return find(), and_note(really_fsync(fd), fd); }
int fdatasync(int fd) { return find(), and_note(really_fdatasync(fd), fd); }

int unlink(const char *path)
{
    char shadow[8192];
    find();
    if (is_watched(path) && getenv("POWER_SHADOW")) {
        snprintf(shadow, sizeof shadow, "%s/%s", getenv("POWER_SHADOW"), strrchr(path, '/') + 1);
        really_unlink(shadow);
    }
    return really_unlink(path);
}
