// SPDX-License-Identifier: GPL-2.0-or-later
/* One small file per DEVICE: protocol and dialect, "qx/megatec". */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "upsyd/remember.h"

#define PATH_LEN 512	/* in /var/lib/upsy */

static void file_of(char *to, size_t size, const char *dir, const char *device)
{
	int n = snprintf(to, size, "%s/", dir);

	for (; *device && n < (int)size - 10; device++)
		to[n++] = isalnum((unsigned char)*device) ? *device : '-';
	snprintf(to + n, size - (size_t)n, ".dialect");
}

void remember_load(const char *dir, const char *device, struct options *opt)
{
	char path[PATH_LEN], line[UPSY_STRING_MAX + 2] = "", *dialect;
	FILE *f;

	file_of(path, sizeof(path), dir, device);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		dialect = strchr(line, '/');
		if (dialect && dialect[1])
			options_set(opt, "remembered.dialect", dialect + 1);
	}
	fclose(f);
}

void remember_save(const char *dir, const char *device, const struct ups *ups)
{
	const char *known = option_text(ups->opt, "remembered.dialect");
	const char *dialect = strchr(ups->id.protocol, '/');
	char path[PATH_LEN], temp[PATH_LEN + 8];
	FILE *f;
	int bad;

	if (!dialect || (known && !strcmp(known, dialect + 1)))
		return;
	file_of(path, sizeof(path), dir, device);
	snprintf(temp, sizeof(temp), "%s.new", path);
	f = fopen(temp, "we");
	if (!f) {
		log_info("%s: %s", temp, strerror(errno));
		return;
	}
	fprintf(f, "%s\n", ups->id.protocol);
	bad = ferror(f);
	/* a crash may lose it, but must not leave half of it */
	if (fclose(f) || bad || rename(temp, path)) {
		log_info("%s: %s", path, strerror(errno));
		unlink(temp);
	}
}
