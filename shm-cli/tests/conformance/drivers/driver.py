"""The line protocol of the suite (way.rs) for an exported module. usage: main_.py MODULE CLASS"""

import enum
import importlib
import re
import struct
import sys

module = importlib.import_module(sys.argv[1])
Region = getattr(module, sys.argv[2])


def shown(value):
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, float):
        return "f" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "text:" + value.encode().hex()
    if isinstance(value, bytes):
        return "bytes:" + value.hex()
    return str(value)


def taken(text, now):
    """The value of a text; a variant, as a member of the enum of what `now` returns."""
    if text == "none":
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch("f[0-9a-f]{16}", text):
        return struct.unpack(">d", bytes.fromhex(text[1:]))[0]
    if text.startswith("text:"):
        return bytes.fromhex(text[5:]).decode(errors="surrogatepass")
    if text.startswith("bytes:"):
        return bytes.fromhex(text[6:])
    if re.fullmatch("-?[0-9]+", text):
        return int(text)
    try:
        candidates = [type(now())]
    except module.InvalidValue:
        candidates = [one for one in vars(module).values() if isinstance(one, enum.EnumMeta)]
    variants = [one[text] for one in candidates if text in one.__members__]
    if len(variants) != 1:
        raise ValueError(text)
    return variants[0]


def step(place, name):
    if isinstance(place, module.Guarded):
        place = place.unlocked()
    return place[name]


def reached(region, path):
    """The object that holds the last name of a path, and that name."""
    names = [int(one) if one.isdigit() and bracket else one for bracket, one in re.findall(r"(\[?)([^.\[\]]+)", path)]
    place = region
    for name in names[:-1]:
        place = step(place, name)
    return place, names[-1]


def value_at(region, path):
    place, name = reached(region, path)
    value = step(place, name)
    return value.unlocked() if isinstance(value, module.Guarded) else value


class Driver:
    region = None

    def open(self, name, method="open"):
        if self.region is not None:
            self.region.close()
            self.region = None
        self.region = getattr(Region, method)(name)
        return "ok"

    def read(self, name):
        return self.open(name, "open_read_only")

    def current(self):
        return "yes" if self.region.is_current() else "no"

    def get(self, path):
        return shown(value_at(self.region, path))

    def set(self, path, text):
        place, name = reached(self.region, path)
        if isinstance(place, module.Guarded):
            place = place.unlocked()
        place[name] = taken(text, lambda: step(place, name))
        return "ok"

    def remove(self, path):
        place, name = reached(self.region, path)
        del place[name]
        return "ok"

    def add(self, path, number, times):
        if not hasattr(Region, "fetch_add"):
            return "! Unsupported"

    def whole(self, path):
        return " ".join(map(shown, value_at(self.region, path)))

    def len(self, path):
        return str(len(value_at(self.region, path)))


def answer(driver, verb, arguments):
    try:
        said = getattr(driver, verb)(*arguments)
        return said if said.startswith("! ") else "= " + said
    except module.RegionError as error:
        return "! " + error.reason
    except OSError:
        return "! System"
    except module.NotWritable:
        return "! NotWritable"
    except module.InvalidValue:
        return "! InvalidValue"
    except module.Contended:
        return "! Contended"
    except (OverflowError, TypeError, ValueError):
        return "! DoesNotFit"
    except IndexError:
        return "! OutOfBounds"
    except KeyError as error:
        return "! NoEntry" if isinstance(error.args[0], int) else "! UnknownField"
    except AttributeError:
        return "! UnknownField"


driver = Driver()
for line in sys.stdin:
    verb, *arguments = line.rstrip("\n").split(" ")
    print(answer(driver, verb, arguments), flush=True)
