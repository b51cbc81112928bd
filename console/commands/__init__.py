"""One module per `fengsui` command. See `console.cli`."""
