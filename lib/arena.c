#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

/* What one block holds; larger wishes get a block of their own. */
#define BLOCK 16384
#define ALIGN _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(max_align_t) unsigned char data[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *arg;
};

struct rc_arena {
	struct block *blocks; /* the newest first; the last one is kept */
	struct deferred *deferred; /* the newest first */
};

/* Return ${n} bytes from malloc; without memory there is no way on. */
static void *
get(size_t n)
{
	void *p;

	if ((p = malloc(n)) == NULL) {
		rc_log(RC_LOG_ERROR, "memory", "cannot allocate %zu bytes", n);
		abort();
	}
	return p;
}

/* Return ${n} as a multiple of what every type is aligned to. */
static size_t
round_up(size_t n)
{

	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* Put an empty block of ${size} bytes in front. */
static void
add_block(struct rc_arena *mem, size_t size)
{
	struct block *b;

	b = get(sizeof(*b) + size);
	b->next = mem->blocks;
	b->size = size;
	b->used = 0;
	mem->blocks = b;
}

struct rc_arena *
rc_arena_new(void)
{
	struct rc_arena *mem;

	mem = get(sizeof(*mem));
	mem->blocks = NULL;
	mem->deferred = NULL;
	add_block(mem, BLOCK);
	return mem;
}

void
rc_arena_wipe(struct rc_arena *mem)
{
	struct deferred *d;
	struct block *b;

	/* What was deferred may still look at the memory, and defer more. */
	while ((d = mem->deferred) != NULL) {
		mem->deferred = d->next;
		d->fn(d->arg);
	}
	while (mem->blocks->next != NULL) {
		b = mem->blocks;
		mem->blocks = b->next;
		explicit_bzero(b->data, b->used);
		free(b);
	}
	explicit_bzero(mem->blocks->data, mem->blocks->used);
	mem->blocks->used = 0;
}

void
rc_arena_free(struct rc_arena *mem)
{

	if (mem == NULL)
		return;
	rc_arena_wipe(mem);
	free(mem->blocks);
	free(mem);
}

void *
rc_alloc(struct rc_arena *mem, size_t n)
{
	struct block *b = mem->blocks;
	void *p;

	if (n > SIZE_MAX / 2) {
		rc_log(RC_LOG_ERROR, "memory", "absurd size %zu", n);
		abort();
	}
	n = round_up(n);
	if (n > b->size - b->used) {
		add_block(mem, n > BLOCK ? n : BLOCK);
		b = mem->blocks;
	}
	p = b->data + b->used;
	b->used += n;
	return memset(p, 0, n);
}

void
rc_defer(struct rc_arena *mem, void (*fn)(void *), void *arg)
{
	struct deferred *d;

	d = rc_alloc(mem, sizeof(*d));
	d->fn = fn;
	d->arg = arg;
	d->next = mem->deferred;
	mem->deferred = d;
}

char *
rc_strndup(struct rc_arena *mem, const char *s, size_t n)
{
	char *copy;

	n = strnlen(s, n);
	copy = rc_alloc(mem, n + 1);
	memcpy(copy, s, n);
	return copy;
}

char *
rc_strdup(struct rc_arena *mem, const char *s)
{

	return rc_strndup(mem, s, strlen(s));
}

char *
rc_number(struct rc_arena *mem, int64_t n)
{
	char digits[sizeof("-9223372036854775808")];
	char *p = digits + sizeof(digits) - 1;
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	*p = '\0';
	do {
		*--p = (char)('0' + left % 10);
	} while ((left /= 10) > 0);
	if (n < 0)
		*--p = '-';
	return rc_strdup(mem, p);
}

char *
rc_vprintf(struct rc_arena *mem, const char *fmt, va_list ap)
{
	struct block *b = mem->blocks;
	size_t room = b->size - b->used;
	va_list again;
	char *s;
	int n;

	/* Most texts fit into what is left of the block: format them once. */
	va_copy(again, ap);
	n = vsnprintf((char *)b->data + b->used, room, fmt, again);
	va_end(again);
	if (n < 0) {
		rc_log(RC_LOG_ERROR, "memory", "cannot format text");
		abort();
	}
	if ((size_t)n < room) {
		s = (char *)b->data + b->used;
		b->used += round_up((size_t)n + 1);
		return s;
	}
	explicit_bzero(b->data + b->used, room);
	s = rc_alloc(mem, (size_t)n + 1);
	(void)vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

char *
rc_printf(struct rc_arena *mem, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = rc_vprintf(mem, fmt, ap);
	va_end(ap);
	return s;
}
