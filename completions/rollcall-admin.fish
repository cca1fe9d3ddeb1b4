# fish completion for rollcall-admin, which knows its commands best itself.
rollcall-admin completion fish | source
