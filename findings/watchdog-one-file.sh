#!/usr/bin/env bash
# watchdog 7.1.0 (Python): an observer of a path that is a link to a file hears nothing of what the link leads to.
# Expected: observer.schedule(handler, "/mnt/secrets/password") tells when reading that path gives something else.
# Happens: no event of any kind when the link's target is swapped, as Kubernetes swaps volumes, not even the first time.
# Matters: the handler of a service that watches its secret is never called. Watch the folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check watchdog==7.1.0
found=$("$folder/venv/bin/python" - "$folder/volume" <<'PYTHON'
import os, shutil, sys, time
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

volume, number = sys.argv[1], 0


def swap():
    global number
    old, number = f"{volume}/..set-{number}", number + 1
    os.makedirs(f"{volume}/..set-{number}")
    with open(f"{volume}/..set-{number}/password", "w") as file:
        file.write(str(number))
    os.symlink(f"..set-{number}", f"{volume}/..data_tmp")
    os.rename(f"{volume}/..data_tmp", f"{volume}/..data")
    shutil.rmtree(old, ignore_errors=True)


class Handler(FileSystemEventHandler):
    def __init__(self):
        self.events = 0

    def on_any_event(self, event):
        self.events += 1


swap()
os.symlink("..data/password", f"{volume}/password")
one, whole, observer = Handler(), Handler(), Observer()
observer.schedule(one, f"{volume}/password")
observer.schedule(whole, volume)
observer.start()
time.sleep(1)
seen = []
for _ in range(3):
    one.events = whole.events = 0
    swap()
    time.sleep(1.5)
    seen.append((one.events > 0, whole.events > 0))
print("file", *[a for a, _ in seen], "folder", *[b for _, b in seen])
os._exit(0)
PYTHON
)
echo "three changes, noticed: $found"
[ "$found" = 'file False False False folder True True True' ]
