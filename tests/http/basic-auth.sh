#!/bin/sh
# basic-auth.sh apache MODULES: write what lets Apache do the login: the block of
# apache/rollcall.conf that stands there as a comment, with a file of users in
# the rig's folder.
set -eu
printf 'LoadModule %s_module %s/mod_%s.so\n' auth_basic "$2" auth_basic \
  authn_core "$2" authn_core authn_file "$2" authn_file \
  authz_user "$2" authz_user
sed -n '/^#<Location/,/^#<\/Location/s/^#//p' \
  "${srcdir:-.}/apache/rollcall.conf" |
  sed 's,/etc/apache2/rollcall.users,rollcall.users,'
