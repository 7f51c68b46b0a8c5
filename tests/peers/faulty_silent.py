# SPDX-License-Identifier: Apache-2.0
"""Accepts TCP and never says anything."""

from faulty_base import serve

if __name__ == "__main__":
    serve(lambda peer: peer.drain())
