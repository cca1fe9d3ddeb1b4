# RC_CC_FLAG(VARIABLE, FLAG)
# Append FLAG to VARIABLE where the compiler takes it without a word.
AC_DEFUN([RC_CC_FLAG], [
  AS_VAR_PUSHDEF([rc_cache], [rc_cv_cc_flag_$2])
  AC_CACHE_CHECK([whether $CC takes $2], [rc_cache], [
    rc_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $2"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <string.h>]],
        [[char s[9]; memset(s, 1, sizeof(s)); return s[0];]])],
      [AS_VAR_SET([rc_cache], [yes])], [AS_VAR_SET([rc_cache], [no])])
    CFLAGS=$rc_save_CFLAGS
  ])
  AS_VAR_IF([rc_cache], [yes], [$1="$$1 $2"])
  AS_VAR_POPDEF([rc_cache])
])

# RC_LD_FLAG(VARIABLE, FLAG)
# Append FLAG to VARIABLE where the linker takes it without a word.
AC_DEFUN([RC_LD_FLAG], [
  AS_VAR_PUSHDEF([rc_cache], [rc_cv_ld_flag_$2])
  AC_CACHE_CHECK([whether $CC links with $2], [rc_cache], [
    rc_save_CFLAGS=$CFLAGS
    rc_save_LDFLAGS=$LDFLAGS
    CFLAGS="$CFLAGS $HARDEN_CFLAGS"
    LDFLAGS="$LDFLAGS -Werror -Wl,--fatal-warnings $2"
    AC_LINK_IFELSE([AC_LANG_PROGRAM()],
      [AS_VAR_SET([rc_cache], [yes])], [AS_VAR_SET([rc_cache], [no])])
    CFLAGS=$rc_save_CFLAGS
    LDFLAGS=$rc_save_LDFLAGS
  ])
  AS_VAR_IF([rc_cache], [yes], [$1="$$1 $2"])
  AS_VAR_POPDEF([rc_cache])
])

# RC_DEPENDENCY(VARIABLE, MODULE, DEBIAN-PACKAGE)
# Find a library by pkg-config, or stop and name what to install.
AC_DEFUN([RC_DEPENDENCY], [
  PKG_CHECK_MODULES([$1], [$2], [],
    [AC_MSG_ERROR([$2 was not found by pkg-config: install it (Debian and Ubuntu: apt install $3)])])
])

# RC_FCGI
# FastCGI came without a pkg-config file before 2.4.2.
AC_DEFUN([RC_FCGI], [
  PKG_CHECK_MODULES([FCGI], [fcgi], [], [
    AC_CHECK_HEADER([fcgiapp.h], [], [rc_no_fcgi=yes])
    AC_CHECK_LIB([fcgi], [FCGX_Accept_r], [FCGI_LIBS=-lfcgi],
      [rc_no_fcgi=yes])
    AS_VAR_SET_IF([rc_no_fcgi],
      [AC_MSG_ERROR([libfcgi was not found: install it (Debian and Ubuntu: apt install libfcgi-dev)])])
  ])
])
