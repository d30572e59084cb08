#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# What README.md and docs/*.md claim, compared with the tree:
#
#   guide.pl links ROOT         links to files and headings that are not there
#   guide.pl tests ROOT NAMES   names of tests that are not in the file NAMES
#   guide.pl rows ROOT NAMES    rows of docs/porting-table.md without a test
#   guide.pl bugs ROOT NAMES    the same of docs/bugs.md, where a reason will do
#   guide.pl snippets ROOT      code that differs from the file it is from
#   guide.pl names ROOT         the names of all tests, from their sources
#
# A finding is a line; the status is 1 if there are any.
#
# A test is named in a code span as TAP prints it, behind its program:
# `device: gate.exclusive`. A * stands for any text, as for all variants of a
# test. C code in docs/ is preceded by a comment: "snippet: FILE", the whole
# file; "snippet: FILE NAME", its lines between /* [NAME] */ and /* [/NAME] */;
# or "wrong", for what must not be copied.
use strict;
use warnings;
use File::Basename;

my ($what, $root, $names) = @ARGV;
my @findings;

sub lines_of {
	my ($file) = @_;
	open(my $f, '<', $file) or die "$file: $!\n";
	my @lines = <$f>;
	chomp(@lines);
	return @lines;
}

sub documents {
	return grep { -f } "$root/README.md", glob("$root/docs/*.md");
}

sub finding {
	my ($file, $number, $text) = @_;
	push @findings, substr($file, length("$root/")) . ":$number: $text";
}

# Calls $do->(line number, line) for each line outside of code blocks.
sub prose {
	my ($file, $do) = @_;
	my ($number, $inside) = (0, 0);
	for my $line (lines_of($file)) {
		$number++;
		if ($line =~ /^\s*```/) {
			$inside = !$inside;
		} elsif (!$inside) {
			$do->($number, $line);
		}
	}
	finding($file, $number, 'a code block does not end') if $inside;
}

# --- links ------------------------------------------------------------------

# What a heading is called in a link, and a second one of the same name.
sub anchors {
	my ($file) = @_;
	my (%seen, %anchors);
	prose($file, sub {
		my ($number, $line) = @_;
		$anchors{$1} = 1 while $line =~ /<a (?:id|name)="([^"]+)"/g;
		return unless $line =~ /^#+\s+(.*?)\s*#*$/;
		my $name = lc $1;
		$name =~ s/\[([^]]*)\]\([^)]*\)/$1/g;
		$name =~ s/[^\w\- ]//g;
		$name =~ s/ /-/g;
		$name .= "-$seen{$name}" if $seen{$name}++;
		$anchors{$name} = 1;
	});
	return \%anchors;
}

sub check_link {
	my ($file, $number, $target) = @_;
	return if $target =~ /^(?:https?|mailto):/;
	my ($path, $anchor) = split(/#/, $target, 2);
	my $there = $path eq '' ? $file : dirname($file) . "/$path";
	return finding($file, $number, "dead link: $target") unless -e $there;
	return unless defined $anchor && $there =~ /\.md$/;
	finding($file, $number, "no such heading: $target")
		unless anchors($there)->{$anchor};
}

sub links {
	for my $file (documents()) {
		prose($file, sub {
			my ($number, $line) = @_;
			$line =~ s/`[^`]*`/code/g;
			check_link($file, $number, $1)
				while $line =~ /\]\(<?([^)\s>]+)>?[^)]*\)/g;
			check_link($file, $number, $1)
				if $line =~ /^\s*\[[^]]+\]:\s+(\S+)/;
		});
	}
}

# --- tests ------------------------------------------------------------------

# The preprocessor knows what a macro of variants becomes.
my $harness = <<'END';
#define TEST(t) @test "global" #t@
#define TEST_SIGNAL(t, s) @test "global" #t@
#define TEST_F(f, t) @test #f #t@
#define TEST_F_SIGNAL(f, t, s) @test #f #t@
#define TEST_F_TIMEOUT(f, t, s) @test #f #t@
#define FIXTURE_VARIANT_ADD(f, v) @variant #f #v@
END

sub names {
	my $dir = "$root/selftests";
	for my $file (glob("$dir/*/*.c")) {
		next unless grep { /^#include.*kselftest_harness/ }
			lines_of($file);
		my $program = basename($file, '.c');
		my $text = join("\n", grep { !/^#include.*(?:harness|_text\.h)/ }
				lines_of($file));
		my $quoted = join(' ', map { "-iquote $_" } dirname($file),
				  "$dir/lib", $dir, $root);
		my $c = "cc -E -P -D_GNU_SOURCE $quoted -idirafter $root/module/include -x c -";
		my $pid = open(my $to, '|-', "$c >names.i 2>names.err");
		print $to "$harness#include \"ntio_test.h\"\n$text\n";
		close($to) or die "$file: the preprocessor fails:\n",
			join("\n", lines_of('names.err')), "\n";
		my $out = join("\n", lines_of('names.i'));
		my (%variants, @tests);
		push @{$variants{$1}}, $2
			while $out =~ /\@variant "(\w+)" "(\w+)"\@/g;
		push @tests, [$1, $2] while $out =~ /\@test "(\w+)" "(\w+)"\@/g;
		for my $test (@tests) {
			my ($fixture, $name) = @$test;
			for my $v (@{$variants{$fixture} || ['']}) {
				print "$program: $fixture",
					$v eq '' ? '' : ".$v", ".$name\n";
			}
		}
	}
}

sub tests_named_in {
	my ($line) = @_;
	my @tests;
	push @tests, $1 while $line =~ /`([a-z]\w*: [\w*]+(?:\.[\w*]+)+)`/g;
	return @tests;
}

my %known;

sub is_test {
	my ($name) = @_;
	return $known{$name} if $name !~ /\*/;
	my $pattern = quotemeta($name);
	$pattern =~ s/\\\*/.*/g;
	return grep { /^$pattern$/ } keys %known;
}

sub tests {
	%known = map { $_ => 1 } lines_of($names);
	for my $file (documents()) {
		prose($file, sub {
			my ($number, $line) = @_;
			my $quotes = () = $line =~ /`/g;
			finding($file, $number, 'a code span does not end')
				if $quotes % 2;
			for my $test (tests_named_in($line)) {
				finding($file, $number, "no such test: $test")
					unless is_test($test);
			}
		});
	}
}

sub rows {
	my $file = "$root/docs/porting-table.md";
	my $rows = 0;
	prose($file, sub {
		my ($number, $line) = @_;
		return unless $line =~ /^\|/;
		return if $line =~ /^\|[-| ]+\|$/ || $line =~ /^\| Windows /;
		$rows++;
		finding($file, $number, 'a row without a test')
			unless tests_named_in($line);
		my $columns = () = $line =~ /(?<!\\)\|/g;
		finding($file, $number, 'not five columns')
			unless $columns == 6;
	});
	finding($file, 0, "only $rows rows") if $rows < 60;
}

# Each bug has one row, with its harness; one that cannot be here says why.
sub bugs {
	my $file = "$root/docs/bugs.md";
	my %seen;
	prose($file, sub {
		my ($number, $line) = @_;
		return unless $line =~ /^\|/;
		return if $line =~ /^\|[-| ]+\|$/ || $line =~ /^\| Bug /;
		my (undef, $bug, undef, $harness) = split(/\s*\|\s*/, $line);
		finding($file, $number, 'not four columns')
			unless ($line =~ tr/|//) == 5;
		finding($file, $number, "a second row of $bug")
			if $seen{$bug}++;
		finding($file, $number, "no harness: $harness")
			unless $harness =~ /^(?:H[1-6](?:, H[1-6])*|-)$/;
		finding($file, $number, 'a bug without a test')
			unless tests_named_in($line);
	});
	my $rows = keys %seen;
	finding($file, 0, "only $rows bugs") if $rows < 70;
}

# --- snippets ---------------------------------------------------------------

my $marker = qr{^\s*/\* \[(/?\w+)\] \*/$};

sub snippet {
	my ($path, $name) = @_;
	return undef unless -f "$root/$path";
	my @lines = lines_of("$root/$path");
	if (defined $name) {
		my ($inside, @part) = 0;
		for my $line (@lines) {
			if ($line =~ $marker) {
				$inside = 1 if $1 eq $name;
				$inside = 0 if $1 eq "/$name";
			}
			push @part, $line if $inside;
		}
		@lines = @part;
	}
	@lines = grep { !/$marker/ } @lines;
	pop @lines while @lines && $lines[-1] eq '';
	return @lines ? \@lines : undef;
}

# The first line in which two texts differ, counted from 1; 0 if none.
sub difference {
	my ($one, $other) = @_;
	my $n = @$one > @$other ? @$one : @$other;
	for my $i (0 .. $n - 1) {
		return $i + 1 if ($one->[$i] // "\0") ne ($other->[$i] // "\0");
	}
	return 0;
}

sub check_snippet {
	my ($file, $number, $from, $code) = @_;
	return if $from eq 'wrong';
	my ($path, $name) = $from =~ /^snippet: (\S+)(?: (\w+))?$/;
	return finding($file, $number, "not understood: $from")
		unless defined $path;
	my $there = snippet($path, $name);
	return finding($file, $number, "no such snippet: $from")
		unless $there;
	my $line = difference($code, $there);
	finding($file, $number + $line, "differs from $path") if $line;
}

sub snippets {
	# The tutorial's is made, step by step, by tutorial.sh.
	for my $file (grep { m{/docs/(?!tutorial\.md)} } documents()) {
		my ($number, $from, $start, $language, @code) = (0, '');
		for my $line (lines_of($file)) {
			$number++;
			if (defined $start) {
				if ($line !~ /^```/) {
					push @code, $line;
					next;
				}
				check_snippet($file, $start, $from, [@code])
					if $from ne '';
				finding($file, $start, 'C code of no file')
					if $from eq '' && $language eq 'c';
				($start, $from) = (undef, '');
			} elsif ($line =~ /^```(\w*)/) {
				($start, $language, @code) = ($number, $1);
			} elsif ($line =~ /^<!-- (snippet: .*|wrong) -->$/) {
				$from = $1;
			} elsif ($line ne '' && $from ne '') {
				finding($file, $number, "no code after: $from");
				$from = '';
			}
		}
	}
}

my %checks = (links => \&links, tests => \&tests, rows => \&rows,
	      bugs => \&bugs,
	      snippets => \&snippets, names => \&names);
die "guide.pl: see its head\n" unless defined $root && $checks{$what};
$checks{$what}->();
print "$_\n" for @findings;
exit(@findings ? 1 : 0);
