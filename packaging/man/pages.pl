#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# Manual pages from what kernel-doc -man prints about a header:
#
#   kernel-doc -man HEADER | pages.pl pages FOLDER SECTION INCLUDE SEE
#	a page for each function, macro and type, in FOLDER
#   kernel-doc -man HEADER | pages.pl parts
#	all of it as parts of one page
#   pages.pl commands NTIO
#	what NTIO and its commands say to --help, as parts of one page
#   pages.pl parameters SOURCE...
#   pages.pl index PAGE...
#	the parameters of the module, and a list of pages, as parts of one page
#
# VERSION is in the environment.
use strict;
use warnings;

# chunks: each is [title, text], without the line .TH
sub chunks {
	my @chunks;

	while (<STDIN>) {
		if (/^\.TH (?:"[^"]*"|\S+) \d (?:"([^"]*)"|(\S+))/) {
			push @chunks, [$1 // $2, ""];
		} elsif (@chunks) {
			$chunks[-1][1] .= $_;
		}
	}
	die "kernel-doc found nothing; its last words are above\n" unless @chunks;
	return grep { $_->[1] =~ /\S/ } @chunks;
}

# as_is LINES: a type, with the spaces that it has.
sub as_is {
	my ($lines) = @_;

	$lines =~ s/^\.br\n//mg;
	$lines =~ s/^\.BI "(.*)"(,?)$/$1$2/mg;
	$lines =~ s/\n{2,}/\n/g;
	return ".nf\n${lines}.fi\n";
}

# tidy TEXT: kernel-doc's troff, as man(7) wants it.
sub tidy {
	my ($text) = @_;

	$text =~ s/^\.SH "?Members"?$/.SH MEMBERS/m;
	$text =~ s/^\.SH "?Constants"?$/.SH CONSTANTS/m;
	$text =~ s/^\.SH "?Description"?$/.SH DESCRIPTION/m;
	$text =~ s/^\.SH "?RETURN"?$/.SH RETURN VALUE/m;
	$text =~ s/^\.SH "?CONTEXT"?$/.SH CONTEXT/m;
	# A macro has no type, but a quote.
	$text =~ s/^\.B "(\w+)$/.B $1/mg;
	# A type is shown as it is spelled, its last line with its quote.
	$text =~ s/^\.BI "\n\};$/};/mg;
	$text =~ s/^(\.BI ".*")\n, *$/$1,/mg;
	$text =~ s/^(\.SH SYNOPSIS\n)((?:struct|enum|union) .*?^\};\n)/$1 . as_is($2)/ems;
	# No space behind an argument's name.
	$text =~ s/^(\.BI ".*?) +" +("(?:,|\);)")$/$1" $2/mg;
	# Paragraphs, lists, and lines that begin as a request does.
	$text =~ s/\n{2,}/\n/g;
	$text =~ s/(?:^NEW-PARAGRAPH\n)+(?=\.SH|\.PP|\z)//mg;
	$text =~ s/^(?:NEW-PARAGRAPH\n)+/.PP\n/mg;
	$text =~ s/^ *- +/.br\n\\- /mg;
	$text =~ s/^'/\\&'/mg;
	return $text;
}

sub write_page {
	my ($folder, $section, $include, $see, $title, $text) = @_;
	my ($name) = $title =~ /(\w+)$/ or return;
	my $manual = $section eq "9" ? "Drivers for ntio" : "libntio";

	open my $to, ">", "$folder/$name.$section" or die "$folder/$name.$section: $!\n";
	$text = tidy($text);
	$text =~ s/^(\.SH NAME\n)(?:struct|enum|union|typedef) /$1/m;
	$text =~ s/^\.SH SYNOPSIS$/.SH SYNOPSIS\n.B #include <$include>\n.PP/m;
	print $to ".\\\" Made by kernel-doc from $include.\n",
		".TH $name $section \"\" \"ntio $ENV{VERSION}\" \"$manual\"\n",
		$text, ".SH SEE ALSO\n", $see, "\n";
	close $to or die "$folder/$name.$section: $!\n";
}

sub pages {
	for my $chunk (chunks()) {
		my ($title, $text) = @$chunk;

		# A text that belongs to no symbol has no name.
		write_page(@_, $title, $text) if $text =~ /^\.SH NAME/m;
	}
}

sub parts {
	for my $chunk (chunks()) {
		my ($title, $text) = @$chunk;

		if ($text =~ /^\.SH NAME\n.* \\- (.*)/m) {
			my $about = $1;

			$about = ucfirst $about unless $about =~ /\(/;
			$text =~ s/^\.SH NAME\n.*\n/.SS $title\n$about.\n.PP\n/m;
		}
		$text = tidy($text);
		$text =~ s/^\.SH SYNOPSIS$/.PP/m;
		$text =~ s/^\.SH (?:MEMBERS|CONSTANTS|DESCRIPTION)$/.PP/mg;
		$text =~ s/^\.SH/.SS/mg;
		print $text;
	}
}

sub commands {
	my ($ntio) = @_;
	my ($list) = `$ntio --help` =~ /^Commands:\n(.*?)\n\n/ms;

	for (split /\n/, $list) {
		my ($name) = /^ +(\w+)/ or next;
		my $help = `$ntio $name --help`;

		# What every command has.
		$help =~ s/^ *-\?, --help .*\n.*--usage .*\n *-V, --version .*\n//m;
		$help =~ s/^Mandatory or optional arguments to long.*\n.*\n\n?//m;
		$help =~ s/^Usage: (.*)\n//;
		print ".SS $1\n.nf\n";
		for (split /\n/, $help) {
			s/\\/\\e/g;
			s/-/\\-/g;
			s/^([.'])/\\&$1/;
			print "$_\n";
		}
		print ".fi\n";
	}
}

# parameters FILE...: those that a file declares, with their descriptions.
sub parameters {
	local $/;

	for my $file (@_) {
		open my $from, "<", $file or die "$file: $!\n";
		my $text = <$from>;

		print ".TP\n.B $1\n$2.\n"
			while $text =~ /MODULE_PARM_DESC\((\w+),\s*"([^"]*)"\)/g;
	}
}

# index PAGE...: their names and what they are, one a line.
sub index_of {
	for my $page (@_) {
		open my $from, "<", $page or die "$page: $!\n";
		my ($name, $section) = $page =~ m|([^/]+)\.(\d)$|;

		/ \\- (.*)/ and print(".TP\n.BR $name ($section)\n$1\n") && last
			while <$from>;
	}
}

my $what = shift // "";
my %do = (pages => \&pages, parts => \&parts, commands => \&commands,
	  parameters => \&parameters, index => \&index_of);
die "usage: see $0\n" unless $do{$what};
$do{$what}->(@ARGV);
