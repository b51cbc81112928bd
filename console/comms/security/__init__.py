"""Keys on disk, enrolment tokens, and who may connect at all."""
