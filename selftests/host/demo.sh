#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# vm/demo says what is going on until the command prints, and nothing after:
# with a VM that is played by a script.
set -eu
cd "$(dirname "$0")/../.."

echo "TAP version 13"
if ! command -v bash >/dev/null; then
	echo "1..0 # SKIP bash is not installed"
	exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
failed=0

claim() # WHAT COMMAND...
{
	what=$1
	shift
	n=$((n + 1))
	if "$@" >"$tmp/findings" 2>&1; then
		echo "ok $n $what"
	else
		sed 's/^/# /' "$tmp/findings"
		echo "not ok $n $what"
		failed=$((failed + 1))
	fi
}

mkdir -p "$tmp/vm" "$tmp/build/results/some"
cp vm/demo vm/lib.sh "$tmp/vm"
[ ! -e vm/kernels ] || cp vm/kernels "$tmp/vm"
cat >"$tmp/vm/run" <<'RUN'
#!/bin/sh
# With what was there of an earlier run.
console=$BUILD/results/some/console.log
sleep 0.6
echo "Linux" >"$console"
sleep 0.6
echo "ntio: init reached" >>"$console"
sleep 0.6
echo "$@"
exit 7
RUN
chmod +x "$tmp/vm/run"
echo "ntio: init reached" >"$tmp/build/results/some/console.log"
touch -d yesterday "$tmp/build/results/some/console.log"

played()
{
	status=0
	BUILD=$tmp/build "$tmp/vm/demo" some ntio tour >"$tmp/out" \
		2>"$tmp/err" || status=$?
	cat "$tmp/out" "$tmp/err"
	[ "$status" -eq 7 ]
}

said()
{
	cat >"$tmp/expected" <<-E
	  packing programs and modules for the VM ...
	  starting Linux some in the VM ...
	  loading the modules; then: ntio tour
	E
	diff "$tmp/expected" "$tmp/err"
}

printed()
{
	echo "some with-modules ntio tour" | diff - "$tmp/out"
}

nothing_left()
{
	! ls "$tmp"/build/demo.* 2>/dev/null
}

on_a_terminal()
{
	(cd "$tmp" && BUILD=$tmp/build script -qc \
		"stty cols 80; vm/demo some ntio tour" /dev/null) \
		</dev/null >"$tmp/screen" 2>&1
	tr '\r' '\n' <"$tmp/screen" | tail -n 2 >"$tmp/last"
	cat "$tmp/last"
	grep -q "packing programs and modules for the VM: done in" \
		"$tmp/screen" &&
		grep -q "some with-modules ntio tour" "$tmp/last" &&
		tr '\r' '\n' <"$tmp/screen" |
		awk 'length($0) > 80 { wide = 1 } END { exit wide }'
}

claim "the exit status is the command's" played
claim "what is going on is said, in order" said
claim "standard output is the command's alone" printed
claim "nothing is left over" nothing_left
touch -d yesterday "$tmp/build/results/some/console.log"
if command -v script >/dev/null; then
	claim "the command has the last word on a terminal" on_a_terminal
fi
echo "1..$n"
[ "$failed" -eq 0 ]
