// SPDX-License-Identifier: GPL-2.0
/* The table of reasons: the kernel's, and the two that libntio adds. */
#include <ntio/ntio.h>

#define ROW(name, number, text, advice, detail)                                \
	{ number, #name, text, advice, detail },
static const struct ntio_reason_info reasons[] = {
	NTIO_REASONS(ROW)
	ROW(CALL, NTIO_REASON_CALL,
	    "The call itself was refused; there was no request.",
	    "Check that the file is an open ntio device, and that module and "
	    "libntio fit together.", "")
	ROW(LENGTH, NTIO_REASON_LENGTH,
	    "A length has more than 32 bits; nothing was sent.",
	    "Transfer in parts.", "longest length in bytes")
};
#undef ROW

const struct ntio_reason_info *ntio_reason_info(uint32_t reason)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].reason == reason)
			return &reasons[i];
	return NULL;
}
