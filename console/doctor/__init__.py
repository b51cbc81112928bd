"""What `fengsui doctor` looks at on this machine: one module a subject, each a function that answers with findings."""
