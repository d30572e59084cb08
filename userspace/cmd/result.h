/* SPDX-License-Identifier: GPL-2.0 */
/* What became of a request, and the data that came back. */
#ifndef NTIO_CMD_RESULT_H
#define NTIO_CMD_RESULT_H

#include <ntio/ntio.h>

#include "bytes.h"

/**
 * enum format - how data is printed
 * @FORMAT_AUTO: as it is if standard output is no terminal; there as text if
 *	it is text, else in hexadecimal
 * @FORMAT_TEXT: as text
 * @FORMAT_HEX: in hexadecimal
 * @FORMAT_RAW: as it is
 */
enum format {
	FORMAT_AUTO,
	FORMAT_TEXT,
	FORMAT_HEX,
	FORMAT_RAW,
};

/**
 * result_print() - print the data on stdout, the outcome on stderr
 * @result: what became of a request
 * @data: what came back
 * @format: how to print @data
 */
void result_print(const struct ntio_result *result, struct bytes data,
		  enum format format);

/**
 * result_print_json() - print both on stdout, as JSON
 * @result: what became of a request
 * @data: what came back: "hex", and "text" if it is text
 */
void result_print_json(const struct ntio_result *result, struct bytes data);

#endif
