#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# The steps of a tutorial, one file each, in FOLDER: tutorial.pl TUTORIAL FOLDER
#
#   NN.run     commands: a fence ```sh
#   NN.vm      commands in the VM: such a fence below a line that ends "In the VM:"
#   NN.here    commands on a machine with it all installed: "On this machine:"
#   NN.expect  what the commands before have printed: a fence ```text
#   NN.edit    below "In `FILE`, before|after the line `TEXT`:", a fence ```c
use strict;
use warnings;

my ($tutorial, $folder) = @ARGV;
my ($steps, $kind, $text, $edit, $where) = (0, "", "", "", "");

sub step {
	my ($suffix, $what) = @_;

	open my $to, ">", sprintf("%s/%02d.%s", $folder, ++$steps, $suffix) or die "$folder: $!\n";
	print $to $what;
	close $to or die "$folder: $!\n";
}

sub end_of_fence {
	if ($kind eq "sh") {
		my %suffix = ("In the VM:" => "vm", "On this machine:" => "here");

		$where =~ /((?:In the VM|On this machine):)$/;
		step($suffix{$1 // ""} // "run", $text);
	} elsif ($kind eq "text") {
		step("expect", $text);
	} elsif ($kind eq "c" && $edit ne "") {
		step("edit", $edit . $text);
	}
	($kind, $text, $edit, $where) = ("", "", "", "");
}

open my $from, "<", $tutorial or die "$tutorial: $!\n";
while (<$from>) {
	if ($kind ne "") {
		if (/^```$/) {
			end_of_fence();
		} else {
			$text .= $_;
		}
	} elsif (/^```(\w+)$/) {
		$kind = $1;
	} elsif (/\S/) {
		chomp($where = $_);
		$edit = "$1\n$2\n$3\n" if /^In `([^`]+)`, (before|after) the line `([^`]+)`:$/;
	}
}
