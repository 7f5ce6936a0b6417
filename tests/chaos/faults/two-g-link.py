"""
A bad line between two network namespaces, made in user space: two TUN devices, one here and one in a namespace of this process's own, and a loop that
carries packets from one to the other late, seldom enough twice, and not always. What a packet meets is drawn from the seed.

Nothing but the kernel is needed (no iproute2, no netem). The devices and the namespace are this process's: they go when it goes, however it ends, and it
ends when its standard input does. Says one line of JSON when it is ready; answers every line on standard input with one line of counters.

    two-g-link.py '{"seed": 1, "delayMs": 300, "jitterMs": 100, "loss": 0.05, "duplicates": 0.01, "bitsPerSecond": 50000}'
"""
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import socket
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI, IFF_UP, IFF_RUNNING = 0x0001, 0x1000, 0x1, 0x40
SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x8914, 0x8916, 0x891C
CLONE_NEWNET = 0x40000000
LARGEST_PACKET = 65536
IPV4 = 4
# What waits longer than that in front of the line is thrown away, as a mobile network's own queue does some day.
LONGEST_QUEUE_SECONDS = 10.0


def open_tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def set_address(name, address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for request, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, "255.255.255.252")):
            packed = struct.pack("16sHH4s8x", name.encode(), socket.AF_INET, 0, socket.inet_aton(value))
            fcntl.ioctl(control, request, packed)


def bring_up(name):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), IFF_UP | IFF_RUNNING))


def enter_own_network():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


class Line:
    """Both directions of the line; they share its capacity, as on a GPRS phone that has one slot to spare."""

    def __init__(self, settings):
        self.settings = settings
        self.free_at = 0.0
        self.under_way = []
        self.count = 0
        # A direction draws for itself, so that its fate does not depend on how the two interleave.
        self.random = {way: random.Random(f"{settings['seed']} {way}") for way in ("up", "down")}
        self.counters = {way: dict(bytes=0, packets=0, lost=0, doubled=0) for way in ("up", "down")}

    def take(self, way, packet, to, now):
        counters, draw, settings = self.counters[way], self.random[way].random, self.settings
        lost, doubled, jitter, other = draw(), draw(), draw(), draw()
        if self.free_at - now > LONGEST_QUEUE_SECONDS:
            counters["lost"] += 1
            return
        # Lost or not, it was sent.
        counters["packets"] += 1
        counters["bytes"] += len(packet)
        self.free_at = max(self.free_at, now) + len(packet) * 8 / settings["bitsPerSecond"]
        if lost < settings["loss"]:
            counters["lost"] += 1
            return
        self.send(jitter, packet, to)
        if doubled < settings["duplicates"]:
            counters["doubled"] += 1
            self.send(other, packet, to)

    def send(self, jitter, packet, to):
        delay = self.settings["delayMs"] + (2 * jitter - 1) * self.settings["jitterMs"]
        self.count += 1
        heapq.heappush(self.under_way, (self.free_at + delay / 1000, self.count, to, packet))

    def deliver(self, now):
        """Hands over what has arrived; answers the seconds until the next does."""
        while self.under_way and self.under_way[0][0] <= now:
            _, _, to, packet = heapq.heappop(self.under_way)
            try:
                os.write(to, packet)
            except OSError:
                pass
        return None if not self.under_way else max(0.0, self.under_way[0][0] - now)


def carry(line, outer, inner):
    ways = {inner: ("up", outer), outer: ("down", inner)}
    wait = None
    while True:
        readable, _, _ = select.select([outer, inner, sys.stdin], [], [], wait)
        for source in (end for end in readable if end is not sys.stdin):
            way, to = ways[source]
            packet = os.read(source, LARGEST_PACKET)
            # The kernel greets its neighbours over IPv6; nobody is there.
            if packet and packet[0] >> 4 == IPV4:
                line.take(way, packet, to, time.monotonic())
        if sys.stdin in readable:
            if not os.read(sys.stdin.fileno(), 4096):
                return
            say(line.counters)
        wait = line.deliver(time.monotonic())


def say(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main():
    settings = json.loads(sys.argv[1])
    # 198.18.0.0/15 is set aside for measurements: no real network uses it. Several lines at once choose other parts of it.
    pid = os.getpid()
    net = f"198.18.{(pid >> 6) & 255}.{(pid & 63) << 2}".rsplit(".", 1)
    outside, inside = (f"{net[0]}.{int(net[1]) + host}" for host in (1, 2))
    names = (f"hb2g{pid}o", f"hb2g{pid}i")
    outer = open_tun(names[0])
    set_address(names[0], outside)
    bring_up(names[0])
    # The outer device stays where it is; what is opened from here on is inside.
    enter_own_network()
    inner = open_tun(names[1])
    bring_up("lo")
    set_address(names[1], inside)
    bring_up(names[1])
    say({"outside": outside, "pid": pid})
    carry(Line(settings), outer, inner)


try:
    main()
except OSError as error:
    sys.exit(f"{error.strerror or error}{'' if error.filename is None else ': ' + str(error.filename)}")
except KeyboardInterrupt:
    pass
