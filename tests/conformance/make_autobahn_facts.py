#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes data/autobahn_facts.tsv, which catalogue_facts_test.cc holds the catalogue against.

usage: make_autobahn_facts.py CASES.JSON > data/autobahn_facts.tsv

CASES.JSON is a recording of what the Autobahn Testsuite sends and accepts, one case a line. The
table keeps of each case only what must be equal for verdicts to be comparable; payloads are digests.
"""
import hashlib
import json
import sys

FAMILIES = {"1", "2", "3", "4", "5", "6", "7", "9", "10", "12", "13"}

# The files that the recording names by their kind, and what stands for them here.
CORPORA = {"JSON": "json", "8-bit": "bitmap", "German": "prose", "HTML": "html", "PDF": "document"}



def fragments(octets, size, empty_last):
    pieces = [octets[at:at + size] for at in range(0, len(octets), size)] + [b""] * empty_last
    return [{"frame": {"opcode": 0 if number else 1, "fin": number == len(pieces) - 1, "rsv": 0,
                       "len": len(piece), "hex": piece.hex()}}
            for number, piece in enumerate(pieces)]


# Where the recording is not whole. It leaves out the Close that ends each case, and in 3.7 that
# Close is the stimulus. It keeps at most 27 frames of a case, the first 25 and the last 2; what is
# expected and the length of the last frame tell the rest of 6.2.3 and 10.1.1.
COMPLETED = {
    "3.7": [{"frame": {"opcode": 8, "fin": True, "rsv": 7, "len": 0, "hex": ""}}],
    "6.2.3": fragments("Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!".encode(), 1, True),
    "10.1.1": fragments(b"*" * 65536, 1300, False),
}


def exchange_of(case):
    """What the messages of a case are that go one at a time, in words; nothing where none do."""
    if case.get("kind") == "compressed-echo":
        corpus = CORPORA[case["corpus"].split()[0]]
        opcode = 1 if case["corpus"].endswith("sent as text") else 2
        return case["messages"], (
            f"X{case['messages']} O{opcode} S{case['message_bytes']} "
            f"F{case['fragment_bytes'] or 0} C1 {corpus} {', '.join(case['offers'])}")
    step = case["steps"][0] if case["steps"] else {}
    if "round_trips" not in step:
        return None
    trips = step["round_trips"]
    octets = trips["octet_hex"] * trips["len"]
    return trips["count"], (f"X{trips['count']} O{trips['opcode']} S{trips['len']} F0 C0 "
                            f"{hashlib.sha1(bytes.fromhex(octets)).hexdigest()} ")


def with_fragments(step):
    """A whole message as the frames that it goes in."""
    if "message" not in step:
        return [step]
    message = step["message"]
    size = message["fragment_bytes"] or message["len"]
    starts = range(0, message["len"], size)
    return [{"frame": {"opcode": 0 if at else message["opcode"],
                       "fin": at + size >= message["len"], "rsv": 0,
                       "len": min(size, message["len"] - at), "hex": message["octet_hex"],
                       "unit_repeated_to_len": True}} for at in starts]


def steps_of(case):
    recorded, whole = case["steps"], COMPLETED.get(case["id"])
    if whole is None:
        return [frame for step in recorded for frame in with_fragments(step)]
    kept = [*range(25), -2, -1] if recorded else []
    assert len(recorded) == len(kept), case["id"]
    for step, index in zip(recorded, kept):
        frame, expected = step["frame"], whole[index]["frame"]
        assert frame_header(frame) == frame_header(expected), (case["id"], index)
        assert payload_of(frame) == payload_of(expected), (case["id"], index)
    return whole



def payload_of(frame):
    """The payload of a recorded frame; a long one is recorded by its beginning and its digest."""
    octets = bytes.fromhex(frame["hex"])
    length = frame["len"]
    if frame.get("unit_repeated_to_len"):
        octets = (octets * (length // len(octets) + 1))[:length]
    elif frame.get("hex_is_prefix"):
        octets += octets[-1:] * (length - len(octets))
    assert len(octets) == length, frame
    assert hashlib.sha1(octets).hexdigest() == frame.get("sha1", hashlib.sha1(octets).hexdigest()), frame
    return octets


def frame_header(frame):
    return "F{fin:d} R{rsv} O{opcode} L{len} ".format(**frame).encode()


def stimulus_of(case):
    """Digest of all frames, each as a header in words and its payload; how they are cut; waits."""
    digest = hashlib.sha1()
    exchange = exchange_of(case)
    if exchange is not None:
        digest.update(exchange[1].encode())
        return digest.hexdigest(), "-", "-", [exchange]
    steps = steps_of(case)
    tags_needed = sorted({event[1] for events in case["expected_events"].values()
                          if isinstance(events, list)
                          for event in events if event[0] == "timeout"})
    chops, waits, messages, message = [], [], [], b""
    for step in steps:
        if "wait_s" in step:
            # Where the recording names no tag, the tags that are expected come in order.
            tag = step.get("tag") or (tags_needed[len(waits)] if tags_needed else "")
            waits.append(f"{int(step['wait_s'] * 1000)}{tag}")
            digest.update(f"W{waits[-1]} ".encode())
            continue
        if "frame_header_only" in step:
            digest.update(frame_header(step["frame_header_only"]))
        elif "payload_octets_hex" in step:
            digest.update(bytes.fromhex(step["payload_octets_hex"]))
        else:
            frame = step["frame"]
            payload = payload_of(frame)
            digest.update(frame_header(frame) + payload)
            if frame["opcode"] < 8:
                message += payload
                if frame["fin"]:
                    messages.append(message)
                    message = b""
            elif frame["opcode"] == 9:
                messages.append(payload)
        chops.append(str(step.get("chop_octets") or ("frame" if step.get("flush_each_chop") else "-")))
    chop = chops[0] if len(set(chops)) == 1 else ",".join(chops)
    return digest.hexdigest(), chop, ",".join(waits) or "-", messages


def octets_of_event(text, sent):
    """The payload of an expected event; the recording cuts those over 64 octets."""
    if not text.endswith(" ..."):
        return bytes.fromhex(text[2:]) if text.startswith("0x") else text.encode()
    shown = text[: -len(" ...")]
    beginning = bytes.fromhex(shown[2:]) if shown.startswith("0x") else shown.encode()
    whole = [octets for octets in sent if len(octets) > 64 and octets.startswith(beginning)]
    assert len(whole) == 1, text
    return whole[0]


def events_of(events, sent, opcode):
    if events == "echo of what was sent":
        if isinstance(sent[0], tuple):
            return f"exchange:{sent[0][0]}"
        return ("text:" if opcode == 1 else "binary:") + hashlib.sha1(sent[0]).hexdigest()
    words = []
    for event in events:
        kind = event[0]
        if kind == "timeout":
            words.append("timeout:" + event[1])
            continue
        if kind == "message":
            kind = "binary" if event[2] else "text"
        words.append(kind + ":" + hashlib.sha1(octets_of_event(event[1], sent)).hexdigest())
    return " ".join(words)


def main():
    names = ["id", "stimulus", "chop", "waits", "OK", "NON-STRICT", "by", "codes", "flags",
             "drop_tcp_after", "close_after", "informational"]
    print("\t".join(names))
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases:
        if case["id"].split(".")[0] not in FAMILIES:
            continue
        stimulus, chop, waits, sent = stimulus_of(case)
        echo = {"OK": "echo of what was sent"}
        expected, close = case.get("expected_events", echo), case["close"]
        first = (case.get("steps") or [{}])[0]
        opcode = next(iter(first.values()), {}) if first else {}
        opcode = opcode.get("opcode") if isinstance(opcode, dict) else None
        flags = [flag for flag in ("clean", "wrong_endpoint_is_fatal", "wrong_code_is_fatal")
                 if close.get(flag)]
        codes = sorted({str(code) for code in close["codes"]}, key=int)
        if "deadline_s" in case:
            case["close_after_s"] = case["deadline_s"]
        milliseconds = [str(int(case[name] * 1000)) if name in case else "-"
                        for name in ("drop_tcp_after_s", "close_after_s")]
        print("\t".join([
            case["id"], stimulus, chop, waits,
            "[" + events_of(expected["OK"], sent, opcode) + "]",
            "[" + events_of(expected["NON-STRICT"], sent, opcode) + "]" if "NON-STRICT" in expected else "-",
            close["by"], ",".join(codes), ",".join(flags) or "-", *milliseconds,
            "yes" if case.get("informational") else "no"]))


main()
