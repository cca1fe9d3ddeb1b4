# fish completion for rollcall, which knows its commands best itself.
rollcall completion fish | source
