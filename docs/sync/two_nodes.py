#!/usr/bin/env python3
"""Two workstations kept the same by Syncthing: the walk-through of ../several-workstations.md, carried out and checked.

    python3 docs/sync/two_nodes.py target/debug/cobalog [--rounds N] [--live N] [--keep]

It makes two Syncthing nodes with homes of their own that speak to each other on this machine alone (no discovery, no
relay, no reports, no upgrades), a practice of invented patients on the first, and lets the second receive it. Each round
stops the second node, records on both sides, joins them again, takes the copies in on both at once, and proves that every
entry is on both sides, that both are sound and the same, and that Syncthing came to rest. With --live both go on recording
on one chart while they are joined, with the full-screen program open on both.

Needs Python 3 and the program `syncthing`; status 77 where that is not installed.
"""
import argparse, hashlib, json, os, pty, shutil, socket, subprocess, sys, tempfile, threading, time, urllib.request
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

IGNORED = "(?d).lock\n(?d)~*.tmp\n"
PATIENCE = 600
REST = 12


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Node:
    """A workstation: its Syncthing, its practice, its own places for what can be lost."""

    def __init__(self, root, name, cobalog):
        self.name, self.cobalog = name, cobalog
        self.home, self.practice = root / name / "syncthing", root / name / "practice"
        self.places = root / name
        self.gui, self.port, self.process = free_port(), free_port(), None
        self.practice.mkdir(parents=True)
        run(["syncthing", "generate", "--home", self.home, "--no-default-folder", "--skip-port-probing"])
        self.id = run(["syncthing", "serve", "--home", self.home, "--device-id"]).strip()

    def configure(self, other):
        file = self.home / "config.xml"
        tree = xml.parse(file)
        config = tree.getroot()
        options = {
            "listenAddress": f"tcp://127.0.0.1:{self.port}", "globalAnnounceEnabled": "false",
            "localAnnounceEnabled": "false", "relaysEnabled": "false", "natEnabled": "false", "urAccepted": "-1",
            "autoUpgradeIntervalH": "0", "crashReportingEnabled": "false", "startBrowser": "false",
            "reconnectionIntervalS": "2", "setLowPriority": "false",
        }
        for key, value in options.items():
            config.find("options").find(key).text = value
        gui = config.find("gui")
        gui.find("address").text = f"127.0.0.1:{self.gui}"
        self.key = gui.find("apikey").text
        device = xml.SubElement(config, "device", id=other.id, name=other.name, compression="metadata")
        xml.SubElement(device, "address").text = f"tcp://127.0.0.1:{other.port}"
        # Look at changes after a second instead of ten; keep every copy of a conflict, not only the last ten.
        folder = xml.SubElement(config, "folder", id="cobalog", label="Cobalog", path=str(self.practice),
                                type="sendreceive", rescanIntervalS="60", fsWatcherEnabled="true", fsWatcherDelayS="1")
        for node in (self, other):
            xml.SubElement(folder, "device", id=node.id)
        xml.SubElement(folder, "maxConflicts").text = "-1"
        # Staggered, a year.
        versioning = xml.SubElement(folder, "versioning", type="staggered")
        xml.SubElement(versioning, "param", key="maxAge", val=str(365 * 24 * 3600))
        tree.write(file)

    def start(self):
        log = open(self.places / "syncthing.log", "a")
        command = ["syncthing", "serve", "--home", str(self.home), "--no-browser", "--no-restart", "--no-upgrade"]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "STNOUPGRADE": "1"})
        until(f"{self.name} answers", lambda: self.ask("system/ping") is not None)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def ignore(self):
        """The page's Ignore Patterns: each workstation must have the list for itself, Syncthing does not carry it over."""
        until(f"{self.name} has the folder", lambda: (self.ask("db/status?folder=cobalog") or {}).get("state") in ("idle", "syncing", "scanning"))
        self.ask("db/ignores?folder=cobalog", "POST", {"ignore": IGNORED.splitlines()})
        assert (self.practice / ".stignore").read_text().split() == IGNORED.split(), "the list is not there"

    def ask(self, what, method="GET", body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.gui}/rest/{what}", data=data, method=method, headers={"X-API-Key": self.key})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read() or b"{}")
        except OSError:
            return None

    def is_settled(self, other):
        status = self.ask("db/status?folder=cobalog") or {}
        there = self.ask(f"db/completion?folder=cobalog&device={other.id}") or {}
        connections = (self.ask("system/connections") or {}).get("connections", {})
        return (connections.get(other.id, {}).get("connected") and status.get("state") == "idle"
                and status.get("needTotalItems") == 0 and there.get("completion") == 100)

    def run(self, *args, check=True):
        env = {k: v for k, v in os.environ.items() if not k.startswith("COBALOG_")}
        env |= {"COBALOG_DATA": str(self.practice), "COBALOG_CACHE": str(self.places / "cache"), "COBALOG_STATE": str(self.places / "state")}
        done = subprocess.run([self.cobalog, *args], env=env, capture_output=True, text=True)
        if check and done.returncode:
            raise AssertionError(f"{self.name}: cobalog {' '.join(args)}: {done.stdout}{done.stderr}")
        return done.stdout

    def files(self):
        """Every file that Syncthing carries, with a digest of its bytes."""
        found = {}
        for path in self.practice.rglob("*"):
            part = path.relative_to(self.practice)
            if path.is_file() and not part.name.startswith((".", "~")) and not part.parts[0].startswith("."):
                found[str(part)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def conflicts(self):
        # Each of two keys for seals proves what it sealed: they lie beside each other for ever.
        stay = ("kept", "keys")
        return sorted(f for f in self.files() if ".sync-conflict-" in f and not f.startswith(stay))

    def charts(self):
        ids = sorted(p.stem for p in (self.practice / "charts").glob("*.ron"))
        return {id: json.loads(self.run("chart", id, "--format", "json")) for id in ids}


def run(command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def until(what, is_so):
    begin = time.monotonic()
    while not is_so():
        if time.monotonic() - begin > PATIENCE:
            raise AssertionError(f"{what}: not within {PATIENCE} seconds")
        time.sleep(0.3)


def settle(one, two):
    def same():
        return one.is_settled(two) and two.is_settled(one) and one.files() == two.files()

    for node in (one, two):
        node.ask("db/scan?folder=cobalog", "POST")
    until("both are the same", same)


def rests(one, two):
    """Whether nothing changes for a while."""
    before = one.files()
    for _ in range(REST):
        time.sleep(1)
        if one.files() != before or two.files() != before:
            return False
    return one.is_settled(two) and two.is_settled(one)


def record(node, n, patients, who):
    """Records on one side what the other does not see; returns the ids of the entries."""
    ids = []
    for patient in patients:
        ids.append(node.run("checkpoint", patient, "--symptom", f"fatigue={n % 4}", "--note", f"round {n} at {who}", "--by", who))
        ids.append(node.run("give", patient, "--not-given", "missed", "--note", f"round {n} at {who}", "--by", who))
    family = "Arden" if node.name == "front" else "Birch"
    node.run("add", "--family", f"{family}-{n}", "--born", "1970-05-06", "--number", f"{family}{n}")
    return [id.strip() for id in ids]


def lot(node, text):
    """A lot in use, as the give prompt keeps it in practice.ron."""
    file = node.practice / "practice.ron"
    line = f'        (product: "Hydroxocobalamin 1 mg/mL, 1 mL ampoule", drug: hydroxocobalamin, strength_mcg_per_ml: 1000, lot: "{text}", expires: "2031-06-30"),\n'
    before = file.read_text()
    if "lots: [" in before:
        after = before.replace("lots: [\n", "lots: [\n" + line, 1)
    else:
        after = before.rstrip().removesuffix(")").rstrip() + f"\n    lots: [\n{line}    ],\n)\n"
    new = file.with_name("~practice.tmp")
    new.write_text(after)
    new.replace(file)


def one_round(n, front, back, apart):
    print(f"round {n}: apart", flush=True)
    apart(True)
    both, mine, theirs = ["1003", "1001"], ["1004"], ["1005"]
    recorded = record(front, n, both + mine, "Rita Vance RN")
    lot(front, f"FRONT{n}")
    # The later of two changes wins in Syncthing by its second.
    time.sleep(1.1)
    recorded += record(back, n, both + theirs, "Omar Reyes RN")
    lot(back, f"BACK{n}")
    apart(False)
    settle(front, back)
    conflicts = front.conflicts()
    print(f"round {n}: together; copies: {len(conflicts)}", flush=True)
    assert any(f.startswith("charts/") for f in conflicts), "the same chart was written on both sides: Syncthing must have made a copy"
    merges = 0
    while True:
        merges += 1
        assert merges <= 4, f"new copies again and again: {front.conflicts()}"
        # Both at once, as two screens would.
        with ThreadPoolExecutor() as pool:
            said = list(pool.map(lambda node: node.run("check", "--merge", check=False), (front, back)))
        settle(front, back)
        if not front.conflicts() and rests(front, back):
            break
        print(f"round {n}: again", flush=True)
    for node in (front, back):
        assert "nothing is wrong" in node.run("check"), node.name
        text = "".join(p.read_text() for p in (node.practice / "charts").glob("*.ron"))
        missing = [id for id in recorded if f'(id: "{id}"' not in text]
        assert not missing, f"{node.name} lacks {missing}"
        settings = (node.practice / "practice.ron").read_text()
        assert all(f'lot: "{side}{n}"' in settings for side in ("FRONT", "BACK")), f"{node.name} lacks a lot"
    assert front.charts() == back.charts(), "the charts mean the same"
    # Whoever looked at them is in the log of each side.
    settle(front, back)
    assert front.files() == back.files(), "the files are the same"
    kept = len(list((front.practice / "kept").iterdir()))
    print(f"round {n}: {len(recorded)} entries on both, merged {merges} time(s), {len(front.charts())} charts the same, {kept} copies kept, at rest", flush=True)


def on_screen(node):
    """The full-screen program, open on a terminal of its own."""
    pid, master = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm-256color", "COBALOG_DATA": str(node.practice), "COBALOG_CACHE": str(node.places / "cache"), "COBALOG_STATE": str(node.places / "state")}
        os.execv(node.cobalog, [node.cobalog])

    def read():
        try:
            while os.read(master, 65536):
                pass
        except OSError:
            pass

    threading.Thread(target=read, daemon=True).start()

    def leave():
        os.write(master, b"\x11")
        os.waitpid(pid, 0)

    return leave


def live(front, back, count):
    """Both record on the same chart again and again while they are joined, with screens open that take copies in."""
    screens = [on_screen(node) for node in (front, back)]

    def work(node):
        ids = []
        for n in range(count):
            ids.append(node.run("checkpoint", "1003", "--symptom", f"fatigue={n % 4}", "--note", f"live {n} at {node.name}").strip())
            time.sleep(0.4 + 0.1 * (n % 7))
        return ids

    with ThreadPoolExecutor() as pool:
        recorded = sum(pool.map(work, (front, back)), [])
    for _ in range(10):
        settle(front, back)
        if not front.conflicts() and rests(front, back):
            break
    else:
        raise AssertionError(f"no rest: {front.conflicts()}")
    for leave in screens:
        leave()
    for node in (front, back):
        text = "".join(p.read_text() for p in (node.practice / "charts").glob("*.ron"))
        missing = [id for id in recorded if f'(id: "{id}"' not in text]
        assert not missing, f"{node.name} lacks {len(missing)} of {len(recorded)}: {missing}"
        assert "nothing is wrong" in node.run("check"), node.name
    assert front.charts() == back.charts()
    settle(front, back)
    assert front.files() == back.files()
    print(f"live: {len(recorded)} entries of both on both, at rest", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cobalog")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--live", type=int, default=0, metavar="N", help="then so many entries on each side while joined")
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    if not shutil.which("syncthing"):
        print("skipped: the program syncthing is not installed")
        return 77
    root = Path(tempfile.mkdtemp(prefix="cobalog-sync-"))
    cobalog = str(Path(args.cobalog).resolve())
    front, back = Node(root, "front", cobalog), Node(root, "back", cobalog)

    def process_stops(stop):
        back.stop() if stop else back.start()

    def devices_pause(stop):
        for node in (front, back):
            node.ask(f"system/{'pause' if stop else 'resume'}", "POST")

    try:
        front.configure(back)
        back.configure(front)
        front.run("demo", "--patients", "12", "--into", str(front.practice))
        front.start()
        back.start()
        for node in (front, back):
            node.ignore()
        settle(front, back)
        assert "nothing is wrong" in back.run("check")
        print(f"the practice came over: {len(front.files())} files", flush=True)
        for n in range(1, args.rounds + 1):
            one_round(n, front, back, process_stops if n % 2 else devices_pause)
        if args.live:
            live(front, back, args.live)
        print("all is well")
        return 0
    finally:
        front.stop()
        back.stop()
        if not args.keep:
            shutil.rmtree(root, ignore_errors=True)
        else:
            print(root)


if __name__ == "__main__":
    sys.exit(main())
