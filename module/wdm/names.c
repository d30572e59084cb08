// SPDX-License-Identifier: GPL-2.0
/* Names: of devices, and symbolic links to them. */
#include <linux/ctype.h>
#include <linux/mutex.h>

#include "layer.h"

/* Protects the links, and whether a device is registered. */
DEFINE_MUTEX(wdm_links_mutex);
LIST_HEAD(wdm_links);

/* As text; NULL: no memory. */
char *wdm_name(PCUNICODE_STRING name)
{
	size_t size = name->Length / sizeof(WCHAR) * 3 + 1;
	char *text = kmalloc(size, GFP_KERNEL_ACCOUNT);

	if (text)
		wdm_utf8(text, size, name->Buffer, name->Length / sizeof(WCHAR));
	return text;
}

static const char *wdm_without_prefix(const char *text)
{
	static const char * const prefixes[] = {
		"\\DosDevices\\Global\\", "\\DosDevices\\", "\\??\\Global\\",
		"\\??\\", "\\GLOBAL??\\",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncasecmp(text, prefixes[i], strlen(prefixes[i])))
			return text + strlen(prefixes[i]);
	return NULL;
}

/* The name of a node, in which some characters are not allowed. */
char *wdm_link_text(PCUNICODE_STRING name)
{
	char *text = wdm_name(name), *link = NULL, *at;

	if (text && wdm_without_prefix(text))
		link = kstrdup(wdm_without_prefix(text), GFP_KERNEL_ACCOUNT);
	kfree(text);
	for (at = link; at && *at; at++)
		if (!isalnum(*at) && *at != '-')
			*at = '_';
	return link;
}

struct wdm_link *wdm_link_find(const char *text)
{
	struct wdm_link *link;

	lockdep_assert_held(&wdm_links_mutex);
	list_for_each_entry(link, &wdm_links, list)
		if (!strcasecmp(link->text, text))
			return link;
	return NULL;
}

/**
 * wdm_device_named() - a device by its name, or by that of a link
 * @name: \Device\..., \DosDevices\... or \??\...
 *
 * Return: the device, held; or NULL.
 */
struct wdm_device *wdm_device_named(PCUNICODE_STRING name)
{
	struct wdm_device *dev = NULL;
	char *text = wdm_link_text(name), *full = wdm_name(name);
	struct wdm_link *link;

	if (text) {
		mutex_lock(&wdm_links_mutex);
		link = wdm_link_find(text);
		if (link)
			dev = wdm_device_find(link->target);
		mutex_unlock(&wdm_links_mutex);
	} else if (full) {
		dev = wdm_device_find(full);
	}
	kfree(text);
	kfree(full);
	return dev;
}
