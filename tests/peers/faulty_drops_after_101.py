# SPDX-License-Identifier: Apache-2.0
"""Completes the opening handshake and drops TCP at once."""

from faulty_base import serve

if __name__ == "__main__":
    serve(lambda peer: peer.open())
