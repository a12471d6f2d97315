#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""atspi_triage.py BIN_DIR: triages alerts as somebody does who works with a screen reader and the keyboard.

From outside the process: what the console shows is read through AT-SPI only, and it is driven by the actions that it
offers there and by keys. To be run in a session of its own (xvfb-run, dbus-run-session). Ends with 77 where the Python
bindings of AT-SPI are missing.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

try:
    import gi

    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, GLib
except (ImportError, ValueError) as missing:
    print(f"the Python bindings of AT-SPI are missing: {missing}")
    sys.exit(77)

PATIENCE = 60.0
ADDRESSES = ["203.0.113.9", "198.51.100.7", "192.0.2.44"]
LATE = ["203.0.113.77"]


def wait_for(what, condition):
    """The first true answer of `condition`; fails, naming `what`, when there is none in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            answer = condition()
        except GLib.Error:  # It went while it was looked at.
            answer = None
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def children(node):
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield child


def is_shown(node):
    return node.get_state_set().contains(Atspi.StateType.SHOWING)


def find(node, role, name, shown=True):
    """The first of that role whose name begins so, depth first; tables are not gone into."""
    for child in children(node):
        if child.get_role_name() == role and child.get_name().startswith(name) and (is_shown(child) or not shown):
            return child
        if child.get_role_name() in ("table", "list"):
            continue
        found = find(child, role, name, shown)
        if found is not None:
            return found
    return None


def application():
    desktop = Atspi.get_desktop(0)
    return next((child for child in children(desktop) if child.get_name() == "bartizan"), None)


def press(node):
    """Does what a click would do."""
    action = node.get_action_iface()
    names = [action.get_action_name(i) for i in range(action.get_n_actions())]
    index = next(i for i, name in enumerate(names) if name.lower() in ("press", "toggle", "click"))
    assert action.do_action(index), f"{node.get_name()} does not do {names[index]}"


def key(symbol):
    """Types a letter, or a key by its name in X."""
    value = {"Home": 0xFF50, "Return": 0xFF0D, "Escape": 0xFF1B}.get(symbol) or ord(symbol)
    Atspi.generate_keyboard_event(value, None, Atspi.KeySynthType.SYM)


def with_control(symbol):
    """Types a letter while Control is held, whose key code is 37 in X."""
    Atspi.generate_keyboard_event(37, None, Atspi.KeySynthType.PRESS)
    key(symbol)
    Atspi.generate_keyboard_event(37, None, Atspi.KeySynthType.RELEASE)


def focus(node, window):
    """Gives the keyboard to the node. Keys go where the window manager says, so the window has to be active by then."""
    wait_for("the window to be active", lambda: window.get_state_set().contains(Atspi.StateType.ACTIVE))
    node.get_component_iface().grab_focus()
    wait_for(f"the focus on {node.get_name()}", lambda: node.get_state_set().contains(Atspi.StateType.FOCUSED))


def find_in_windows(console, role, name):
    """As find(), in whichever window of the console, the newest first."""
    for window in reversed(list(children(console))):
        if is_shown(window) and (found := find(window, role, name)) is not None:
            return found
    return None


class Ear:
    """What a screen reader hears without asking: notices that come in sight."""

    def __init__(self):
        self.said = []
        self.listener = Atspi.EventListener.new(self.listen)
        self.listener.register("object:state-changed:showing")

    def listen(self, event):
        try:
            if event.detail1 and event.source.get_role() == Atspi.Role.NOTIFICATION:
                self.said.append(event.source.get_name())
        except GLib.Error:  # It went while it was looked at.
            pass

    def heard(self, begin):
        """How often something was said that begins so."""
        while GLib.MainContext.default().iteration(False):
            pass
        return sum(text.startswith(begin) for text in self.said)


class Queue:
    """The table of alerts."""

    def __init__(self, node):
        self.node = node
        self.table = node.get_table_iface()

    def columns(self):
        return [self.table.get_column_header(i).get_name() for i in range(self.table.get_n_columns())]

    def cell(self, row, column):
        return self.table.get_accessible_at(row, self.columns().index(column)).get_name()

    def status(self, row):
        """Where the alert stands, in words; the cell says of what it speaks before."""
        return self.cell(row, "Status").removeprefix("Status ")

    def rows(self):
        return self.table.get_n_rows()

    def row_of(self, address):
        return next((row for row in range(self.rows()) if address in self.cell(row, "Source")), None)

    def is_selected(self, row):
        return self.table.is_row_selected(row)


class Ctl:
    """bartizanctl on the same database: what was stored in the end."""

    def __init__(self, program, database):
        self.program = program
        self.database = database

    def run(self, *arguments, text=None):
        done = subprocess.run([self.program, "--db", self.database, *arguments], input=text, text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0, f"bartizanctl {arguments}: {done.stderr}"
        return done.stdout

    def alert_of(self, address):
        alerts = json.loads(self.run("alerts", "--all", "--json"))
        alerts = alerts["alerts"] if isinstance(alerts, dict) else alerts
        return next(a for a in alerts if a["context"]["ipAddress"] == address and a["type"] == "BRUTE_FORCE_ATTACK")


def attack(addresses):
    """Addresses that guess passwords, within the last minutes."""
    begin = int(time.time() * 1000) - 5 * 60 * 1000
    lines = []
    for number, address in enumerate(addresses):
        for attempt in range(6):
            lines.append(json.dumps({"timestamp": begin + number * 30_000 + attempt * 1000,
                                     "eventType": "AUTHENTICATION", "outcome": "FAILURE", "action": "login",
                                     "severity": "MEDIUM", "ipAddress": address, "userId": f"user-{address}"}))
    return "\n".join(lines) + "\n"


def triage(console, ctl, ear):
    window = wait_for("its window", lambda: next(children(console), None))
    press(wait_for("the rail", lambda: find(window, "radio button", "Alerts")))
    queue = Queue(wait_for("the table of alerts", lambda: find(window, "table", "Alerts")))
    wait_for("three alerts", lambda: all(queue.row_of(address) is not None for address in ADDRESSES))
    for column in ("Severity", "Type", "Title", "Source", "Status"):
        assert column in queue.columns(), f"no column {column} in {queue.columns()}"
    row = queue.row_of(ADDRESSES[0])
    # In words, for those who see no colour.
    assert "HIGH" in queue.cell(row, "Severity") or "CRITICAL" in queue.cell(row, "Severity"), queue.cell(row, "Severity")
    assert "Brute force" in queue.cell(row, "Type"), queue.cell(row, "Type")
    assert queue.status(row) == "Active", queue.status(row)

    # By keys alone: to the top, acknowledge, and the selection is on the next one.
    focus(queue.node, window)
    key("Home")
    wait_for("the first row to be selected", lambda: queue.is_selected(0))
    first = next(address for address in ADDRESSES if queue.row_of(address) == 0)
    key("a")
    wait_for("the alert to be acknowledged", lambda: ctl.alert_of(first)["acknowledged"])
    wait_for("its row to say so", lambda: queue.status(0) == "Acknowledged")
    wait_for("the selection to go on", lambda: queue.is_selected(1) and not queue.is_selected(0))
    wait_for("a report in words", lambda: find(window, "label", "1 acknowledged"))
    wait_for("the report to be heard", lambda: ear.heard("1 acknowledged") == 1)

    # By the actions of the controls.
    second = next(address for address in ADDRESSES if queue.row_of(address) == 1)
    press(wait_for("the button of the details", lambda: find(window, "push button", "Acknowledge this alert")))
    wait_for("the second to be acknowledged", lambda: ctl.alert_of(second)["acknowledged"])

    # The keys that ask for something: a comment, and what the alert turned out to be.
    third = next(address for address in ADDRESSES if queue.row_of(address) == 2)
    focus(queue.node, window)
    key("j")
    wait_for("the third to be selected", lambda: queue.is_selected(2))
    key("c")
    comment = wait_for("the comment", lambda: find_in_windows(console, "text", "Comment"))
    comment.get_editable_text_iface().set_text_contents("seen by ear")
    press(wait_for("the button that adds it", lambda: find_in_windows(console, "push button", "Add comment")))
    wait_for("the dialog to go", lambda: find_in_windows(console, "push button", "Add comment") is None)
    focus(queue.node, window)
    key("r")
    press(wait_for("the disposition", lambda: find_in_windows(console, "radio button", "False positive")))
    press(wait_for("the button that resolves", lambda: find_in_windows(console, "push button", "Resolve")))
    wait_for("the third to be resolved", lambda: ctl.alert_of(third).get("disposition") == "FALSE_POSITIVE")
    wait_for("its row to say so", lambda: "false positive" in queue.status(2).lower())

    # And back.
    focus(queue.node, window)
    with_control("z")
    wait_for("the step to be taken back", lambda: "disposition" not in ctl.alert_of(third))
    wait_for("its row to be active", lambda: queue.status(2) == "Active")
    press(wait_for("the box for what is done", lambda: find(window, "check box", "Show acknowledged")))
    wait_for("what is done to go", lambda: queue.rows() == 1 and queue.row_of(third) == 0)
    press(find(window, "check box", "Show acknowledged"))
    wait_for("what is done to come back", lambda: queue.rows() == 3)
    listen(console, ctl, window, queue, ear)
    hand_over(console, ctl, window, queue, third)
    mark_and_resolve(console, ctl, window, queue)
    narrow(console, window, queue, third)
    mute(console, ctl, window, queue, third)


def listen(console, ctl, window, queue, ear):
    """What nobody has asked for is told as well: alerts that wait, and what became of an export."""
    go_to(queue, window, 1)
    ctl.run("import", "--format", "ndjson", "-", text=attack(LATE))
    wait_for("the new alert to be heard", lambda: ear.heard("1 new alert") == 1)
    key("n")
    wait_for("its row", lambda: queue.row_of(LATE[0]) is not None)
    with_control("e")
    path = wait_for("the file's name", lambda: find_in_windows(console, "text", "File"))
    path.get_editable_text_iface().set_text_contents(os.path.join(os.environ["HOME"], "alerts.csv"))
    press(wait_for("the button that exports", lambda: find_in_windows(console, "push button", "Export")))
    wait_for("its end to be heard", lambda: ear.heard("4 alerts written to") == 1)
    press(wait_for("the button that closes", lambda: find_in_windows(console, "push button", "Close")))
    wait_for("the dialog to go", lambda: find_in_windows(console, "push button", "Close") is None)


def go_to(queue, window, row):
    """Selects a row, from the top by J alone."""
    focus(queue.node, window)
    key("Home")
    wait_for("the first row to be selected", lambda: queue.is_selected(0))
    for below in range(1, row + 1):
        key("j")
        wait_for(f"row {below} to be selected", lambda: queue.is_selected(below))


def hand_over(console, ctl, window, queue, address):
    """Taking over and escalating."""
    go_to(queue, window, queue.row_of(address))
    key("o")
    wait_for("the owner", lambda: ctl.alert_of(address).get("owner"))
    key("e")
    why = wait_for("why", lambda: find_in_windows(console, "text", "Why, and what you need"))
    why.get_editable_text_iface().set_text_contents("needs the network team")
    press(wait_for("the button that escalates", lambda: find_in_windows(console, "push button", "Escalate")))
    wait_for("it to be escalated", lambda: ctl.alert_of(address).get("status") == "ESCALATED")
    wait_for("its row to say so", lambda: queue.status(queue.row_of(address)) == "Escalated")


def mark_and_resolve(console, ctl, window, queue):
    """Several at once: two are marked, all is told before and after, and one step takes it back."""
    wait_for("the dialog to go", lambda: find_in_windows(console, "text", "Why, and what you need") is None)
    focus(queue.node, window)
    key("Home")
    wait_for("the first row alone", lambda: queue.is_selected(0) and not queue.is_selected(2))
    key("x")
    key("j")
    key("x")
    wait_for("two rows to be marked", lambda: [queue.is_selected(row) for row in range(3)] == [True, True, False])
    wait_for("their number in words", lambda: find(window, "label", "2 selected"))
    key("r")
    press(wait_for("the disposition", lambda: find_in_windows(console, "radio button", "Benign")))
    press(wait_for("the button that resolves", lambda: find_in_windows(console, "push button", "Resolve")))
    both = [a for a in ADDRESSES if queue.row_of(a) in (0, 1)]
    wait_for("both to be resolved", lambda: all(ctl.alert_of(a).get("disposition") == "BENIGN" for a in both))
    wait_for("a report in words", lambda: find(window, "label", "2 resolved"))
    focus(queue.node, window)
    with_control("z")
    wait_for("both to be taken back", lambda: not any("disposition" in ctl.alert_of(a) for a in both))


def narrow(console, window, queue, address):
    """The filter line, and why it does not take what is wrong."""
    focus(queue.node, window)
    key("/")
    line = wait_for("the filter line", lambda: find(window, "text", "Filter"))
    wait_for("the keyboard in it", lambda: line.get_state_set().contains(Atspi.StateType.FOCUSED))
    line.get_editable_text_iface().set_text_contents("severity:hgih")
    wait_for("the reason in words", lambda: find(window, "label", "severity"))
    line.get_editable_text_iface().set_text_contents(f"ip:{address}")
    key("Return")
    wait_for("what it narrows to", lambda: queue.rows() == 1 and queue.row_of(address) == 0)


def mute(console, ctl, window, queue, address):
    """What would have been hidden is told before; afterwards the alerts of that address are muted."""
    focus(queue.node, window)
    key("Home")
    wait_for("the row to be selected", lambda: queue.is_selected(0))
    key("m")
    reason = wait_for("the reason", lambda: find_in_windows(console, "text", "Reason"))
    reason.get_editable_text_iface().set_text_contents("penetration test")
    button = wait_for("the button that mutes", lambda: find_in_windows(console, "push button", "Mute"))
    wait_for("it to be possible", lambda: button.get_state_set().contains(Atspi.StateType.ENABLED))
    press(button)
    wait_for("the mute", lambda: "penetration test" in ctl.run("mutes", "--json"))


def main():
    programs = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of whoever runs it is read or written.
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = os.path.join(folder, name.lower())
            os.makedirs(os.environ[name], mode=0o700)
        os.environ.update(QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb")
        database = os.path.join(folder, "audit.db")
        ctl = Ctl(os.path.join(programs, "bartizanctl"), database)
        ctl.run("import", "--format", "ndjson", "-", text=attack(ADDRESSES))
        # A window that is mapped before there is a window manager may never be given the keyboard.
        managing = os.path.join(folder, "managing")
        processes = [subprocess.Popen(["openbox", "--startup", f"touch {managing}"], stderr=subprocess.DEVNULL)]
        try:
            wait_for("the window manager", lambda: os.path.exists(managing))
            processes.append(subprocess.Popen([os.path.join(programs, "bartizan"), "--db", database]))
            Atspi.init()
            console = wait_for("the console", application)
            triage(console, ctl, Ear())
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()
    print("triaged by keyboard and screen reader")


main()
