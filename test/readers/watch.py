"""python watch.py HOW PATH: watches as a program would, prints "ready", then a line for each event."""
import sys
import threading
import time

how, path = sys.argv[1:]


def say(word):
    print(word, flush=True)


if how.startswith("watchfiles"):
    import watchfiles

    # The generator watches from its first step on.
    threading.Timer(1.0, say, ["ready"]).start()
    for changes in watchfiles.watch(path, force_polling="polling" in how, poll_delay_ms=200, debounce=50):
        say("event")
else:
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers import Observer
    from watchdog.observers.polling import PollingObserver

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event):
            # Reading the files opens and closes them, which is no change.
            if event.event_type in ("created", "modified", "deleted", "moved"):
                say("event")

    observer = PollingObserver(timeout=0.2) if "polling" in how else Observer()
    observer.schedule(Handler(), path)
    observer.start()
    time.sleep(0.5)
    say("ready")
    while True:
        time.sleep(1)
