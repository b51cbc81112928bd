"""A network laboratory: machines of one's own on one Linux, with cables that can be cut, thinned and slowed down.

Every machine is a network namespace without a name, held open by a file descriptor, and has TAP interfaces. An Ethernet switch in this
process carries their frames and does to them what `tc netem` would: loss, rate, delay and a queue of bounded length, a direction at a
time. Kernels are often built without netem (and without `sch_netem` nothing can be loaded), TAP and namespaces are everywhere; and what
has no name leaves nothing behind: when this process ends, however it ends, the kernel takes interfaces, addresses and namespaces away.
The machine's own network is not touched.
"""
