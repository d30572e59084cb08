/* SPDX-License-Identifier: GPL-2.0 */
/* The types of devices that Microsoft has named, for control codes [1.1]. */
#ifndef NTIO_DEVICE_TYPES_H
#define NTIO_DEVICE_TYPES_H

/* X(name, device type): the device types that Microsoft has named. */
#define NTIO_WIN32_DEVICE_TYPES(X)                                             \
	X(BEEP, 0x01) X(CD_ROM, 0x02) X(CD_ROM_FILE_SYSTEM, 0x03)              \
	X(CONTROLLER, 0x04) X(DATALINK, 0x05) X(DFS, 0x06) X(DISK, 0x07)       \
	X(DISK_FILE_SYSTEM, 0x08) X(FILE_SYSTEM, 0x09) X(INPORT_PORT, 0x0a)    \
	X(KEYBOARD, 0x0b) X(MAILSLOT, 0x0c) X(MIDI_IN, 0x0d) X(MIDI_OUT, 0x0e) \
	X(MOUSE, 0x0f) X(MULTI_UNC_PROVIDER, 0x10) X(NAMED_PIPE, 0x11)         \
	X(NETWORK, 0x12) X(NETWORK_BROWSER, 0x13) X(NETWORK_FILE_SYSTEM, 0x14) \
	X(NULL, 0x15) X(PARALLEL_PORT, 0x16) X(PHYSICAL_NETCARD, 0x17)         \
	X(PRINTER, 0x18) X(SCANNER, 0x19) X(SERIAL_MOUSE_PORT, 0x1a)           \
	X(SERIAL_PORT, 0x1b) X(SCREEN, 0x1c) X(SOUND, 0x1d) X(STREAMS, 0x1e)   \
	X(TAPE, 0x1f) X(TAPE_FILE_SYSTEM, 0x20) X(TRANSPORT, 0x21)             \
	X(UNKNOWN, 0x22) X(VIDEO, 0x23) X(VIRTUAL_DISK, 0x24) X(WAVE_IN, 0x25) \
	X(WAVE_OUT, 0x26) X(8042_PORT, 0x27) X(NETWORK_REDIRECTOR, 0x28)       \
	X(BATTERY, 0x29) X(BUS_EXTENDER, 0x2a) X(MODEM, 0x2b) X(VDM, 0x2c)     \
	X(MASS_STORAGE, 0x2d) X(SMB, 0x2e) X(KS, 0x2f) X(CHANGER, 0x30)        \
	X(SMARTCARD, 0x31) X(ACPI, 0x32) X(DVD, 0x33)                          \
	X(FULLSCREEN_VIDEO, 0x34) X(DFS_FILE_SYSTEM, 0x35)                     \
	X(DFS_VOLUME, 0x36) X(SERENUM, 0x37) X(TERMSRV, 0x38) X(KSEC, 0x39)    \
	X(FIPS, 0x3a) X(INFINIBAND, 0x3b)

#endif
