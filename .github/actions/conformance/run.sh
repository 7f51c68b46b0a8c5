#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The shell of action.yml. Its inputs come as INPUT_*; WSPROOF and WSPROOF_REPORT name the program
# and the folder of reports where they are not the usual ones. Exits with what wsproof exits with.
set -euo pipefail

die() {
  printf '::error::%s\n' "$*"
  exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
role=${INPUT_ROLE:-server}
url=${INPUT_URL:-}
command=${INPUT_COMMAND:-}
wsproof=${WSPROOF:-$here/../../../build/release/conformance/app/wsproof}
report=${WSPROOF_REPORT:-${RUNNER_TEMP:-.}/wsproof-report}
outputs=${GITHUB_OUTPUT:-/dev/null}
summary=${GITHUB_STEP_SUMMARY:-/dev/null}

[[ -x $wsproof ]] || die "there is no program $wsproof"
set -f # a selector may have a *
# shellcheck disable=SC2206 # blanks are what separates selectors
arguments=(${INPUT_SELECTORS:-})
set +f
arguments+=(--report-dir "$report")
[[ -z ${INPUT_EXPECT:-} ]] || arguments+=(--expect "$INPUT_EXPECT")
[[ -z ${INPUT_JOBS:-} ]] || arguments+=(--jobs "$INPUT_JOBS")

server=''
end_server() {
  [[ -n $server ]] || return 0
  # The whole process group: a shell between would leave the server behind.
  kill -TERM -- "-$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=''
}
trap end_server EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

case "$role" in
  server)
    [[ -n $url ]] || die "role server needs the input url"
    if [[ -n $command ]]; then
      set -m # the server gets a process group of its own
      bash -c "$command" &
      server=$!
      set +m
      arguments+=(--wait-for 60)
    fi
    run=("$wsproof" server "$url" "${arguments[@]}")
    ;;
  client)
    [[ -n $command ]] || die "role client needs the input command"
    # The arguments before the words that start the client; {url} is for wsproof to fill in.
    run=("$wsproof" client "${arguments[@]}" -- bash -c "$command")
    ;;
  *) die "role must be server or client, not $role" ;;
esac

size_of() { if [[ -f $1 ]]; then stat -c %s "$1"; else echo 0; fi; }
before=$(size_of "$summary")
rm -f "$report/wsproof.json"
status=0
text=$("${run[@]}" | tee /dev/stderr | tail -n 20) || status=$?
end_server

passed=0 failed=0
if [[ -f $report/wsproof.json ]]; then
  read -r passed failed < <(
    python3 - "$report/wsproof.json" <<'PYTHON'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    counts = [agent["counts"] for agent in json.load(file)["agents"]]
print(sum(one["passed"] for one in counts), sum(one["unexpected"] for one in counts))
PYTHON
  )
fi
printf '%s\n' "passed=$passed" "failed=$failed" "report=$report" >>"$outputs"

# wsproof writes the summary itself where it can; this is for when it did not get so far.
if [[ $(size_of "$summary") == "$before" ]]; then
  # Four backticks, so that nothing in the text ends the block.
  printf '%s\n' '### WebSocket conformance' '' '````text' "$text" '````' >>"$summary"
fi
exit "$status"
