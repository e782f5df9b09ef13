// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzing of upsy-id, which udev runs as root on the report descriptor of
 * whatever is plugged in.
 *
 * What must hold: it reads no byte that isn't there, and it ends.
 */
int upsy_id_main(int argc, char **argv);
#define main upsy_id_main
#include "../../udev/upsy-id.c"
#undef main

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	descriptor_is_ups(data, size, true);
	return 0;
}
