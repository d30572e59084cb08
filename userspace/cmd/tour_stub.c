#include "cmd.h"
int cmd_tour(int argc, char **argv){(void)argc;(void)argv;return 0;}
