"""Encrypt and hash in three chains side by side, as a Python program would with `subprocess`.

Each chain feeds ten random bytes to openssl, whose output is md5sum's input. All six processes of a
round are started before any of them is waited for. The parent closes its copy of the pipe between the
two, so that openssl would hear of a hash that has left.

Usage: chains.py ROUNDS. Prints {"seconds": [the time of each round]}, measured from within, so that the
interpreter's own start can be told apart.
"""

import json
import os
import subprocess
import sys
import time

CHAINS = 3
PATIENCE_SECONDS = 30


def start_encryption(data):
    environment = dict(os.environ, password="correct horse")
    encryption = subprocess.Popen(
        ["openssl", "enc", "-des3", "-pbkdf2", "-pass", "env:password"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    encryption.stdin.write(data)
    encryption.stdin.flush()
    return encryption


def start_hash(source):
    return subprocess.Popen(["md5sum"], stdin=source, stdout=subprocess.PIPE)


def run_round():
    encryptions, hashes = [], []
    for _ in range(CHAINS):
        encryption = start_encryption(os.urandom(10))
        hashes.append(start_hash(encryption.stdout))
        # The hash has it now; a copy here would keep the pipe open.
        encryption.stdout.close()
        encryption.stdout = None
        encryptions.append(encryption)
    for encryption in encryptions:
        encryption.communicate(timeout=PATIENCE_SECONDS)
    sums = {hashed.communicate(timeout=PATIENCE_SECONDS)[0] for hashed in hashes}
    statuses = [process.returncode for process in encryptions + hashes]
    if len(sums) != CHAINS or any(statuses):
        sys.exit(f"a round went wrong: {sums} {statuses}")


def main():
    seconds = []
    for _ in range(int(sys.argv[1])):
        began = time.perf_counter()
        run_round()
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"seconds": seconds}))


main()
