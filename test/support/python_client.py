"""What EventStoreDB's Python clients see of a gateway, as JSON lines. Usage: python_client.py MODULE CONNECTION"""

import importlib
import json
import sys

module_name, connection = sys.argv[1:]
module = importlib.import_module(module_name)
Client = getattr(module, "KurrentDBClient", None) or module.EventStoreDBClient
ANY = module.StreamState.ANY

# A subscription that hangs must not hang the test.
PATIENCE_S = 60
MATCHING, BESIDE, LIVE = 5, 20, 40


def tell(what, value):
    print(json.dumps({what: value}), flush=True)


def append(stream, kind, count):
    events = [module.NewEvent(type=kind, data=b"{}") for _ in range(count)]
    return client.append_to_stream(stream, current_version=ANY, events=events)


def shown(event):
    return f"{event.stream_name}@{event.stream_position}"


def of_streams(events, *names):
    return [shown(event) for event in events if event.stream_name in names]


client = Client(uri=connection)

append("py-orders", "OrderPlaced", MATCHING)
append("py-other", "Other", BESIDE)
client.append_to_stream(
    "py-links",
    current_version=ANY,
    events=[module.NewEvent(type="$>", data=b"1@py-orders", content_type="application/octet-stream")],
)

everything = list(client.read_all())
tell("read_all", of_streams(everything, "py-orders"))
tell("system", [event.type for event in everything if event.type.startswith("$")])
backwards = client.read_all(backwards=True, filter_include=["Order.*"], limit=2)
tell("read_all backwards", [shown(event) for event in backwards])
by_stream = client.read_all(filter_include=[r"py-o\w+s"], filter_by_stream_name=True)
tell("read_all by stream", [shown(event) for event in by_stream])

with_checkpoints = client.subscribe_to_all(
    filter_include=["OrderPlaced"], include_checkpoints=True, window_size=10, checkpoint_interval_multiplier=1, timeout=PATIENCE_S
)
placed, checkpoints = [], 0
appended = False
for event in with_checkpoints:
    if event.id == module.Checkpoint.CHECKPOINT_ID:
        checkpoints += 1
    else:
        placed.append(shown(event))
    if len(placed) == MATCHING and not appended:
        appended = True
        append("py-orders", "OrderPlaced", LIVE)
    if len(placed) == MATCHING + LIVE and checkpoints >= LIVE // 10:
        break
with_checkpoints.stop()
tell("subscribed", [placed[0], placed[-1], len(placed)])
tell("checkpoints", checkpoints >= LIVE // 10)

resolved = list(client.get_stream("py-links", resolve_links=True))
original = client.get_stream("py-orders", stream_position=1, limit=1)[0]
tell("link", [shown(event) for event in resolved])
tell("link's event is the event", [event.id == original.id for event in resolved])

client.create_subscription_to_all(group_name="py-group", from_end=False)
consumer = client.read_subscription_to_all(group_name="py-group", timeout=PATIENCE_S)
delivered = []
for event in consumer:
    consumer.ack(event)
    if event.stream_name == "py-orders":
        delivered.append(shown(event))
    if len(delivered) == MATCHING + LIVE:
        break
consumer.stop()
tell("group", [delivered[0], delivered[-1], len(set(delivered))])
tell("version", client.get_current_version("py-orders"))
client.close()
