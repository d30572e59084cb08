/* SPDX-License-Identifier: GPL-2.0 */
/* The keyboard: a terminal's keys without Enter, else standard input. */
#ifndef NTIO_WIN32_CONIO_H
#define NTIO_WIN32_CONIO_H

#ifdef __cplusplus
extern "C" {
#endif

int _kbhit(void);
int _getch(void);
int _getche(void);
int _putch(int character);
#define kbhit _kbhit
#define getch _getch
#define getche _getche

#ifdef __cplusplus
}
#endif

#endif
