"""Processes with a bit of everything, for commands that come at random."""

from tests.engine.machine.models import (
    ERROR,
    ESCALATION,
    PAID,
    SIGNAL,
    TERMINATE,
    boundary,
    call,
    catch,
    end,
    event_subprocess,
    extended,
    flows,
    gateway,
    inside,
    io,
    line,
    loop,
    message,
    on,
    start,
    subprocess,
    throw,
    timer,
    work,
)

BEFORE = PAID + SIGNAL + ERROR + ESCALATION + message("b", "begin")

_CALLED = (
    start()
    + start(on("message", "b"), "by-message")
    + work("inside")
    + gateway("exclusive", "how", "well")
    + end(element_id="well")
    + end(on("error", "e"), "badly")
    + flows("start>inside", "by-message>inside", "inside>how", "how>well")
    + flows("how>badly", badly="bad = true")
    + event_subprocess(on("signal", "s"), interrupting=False)
)
_EDGES = (
    line(work("task", extensions=io(inputs={"own": "n"}, outputs={"got": "result"})))
    + boundary("late", "task", timer("cycle", "R2/PT20S"), interrupting=False)
    + boundary("paid", "task", on("message", "m"))
    + boundary("wrong", "task", on("error", "e"))
    + end(element_id="other")
    + flows("late>other", "paid>other", "wrong>other")
    + event_subprocess(timer("duration", "PT2M"))
)
_FORKS = (
    start()
    + gateway("inclusive", "fork", "c")
    + work("a")
    + subprocess("b", inside(work("b1"), throw(on("escalation", "x"), "b2")))
    + extended("userTask", "c", "<zeebe:userTask/>")
    + gateway("inclusive", "join")
    + gateway("parallel", "split")
    + catch(on("message", "m"), "d")
    + catch(timer("duration", "PT30S"), "e")
    + gateway("parallel", "together")
    + end()
    + flows("start>fork", "fork>a", "fork>b", "fork>c", a="n > 0", b="n > 1")
    + flows("a>join", "b>join", "c>join", "join>split", "split>d", "split>e")
    + flows("d>together", "e>together", "together>end")
    + boundary("up", "b", on("escalation", "x"), interrupting=False)
    + flows("up>join")
)
_LOOPS = (
    line(
        work("each", inner=loop(done="result = 3")),
        subprocess("many", inside(work("deep")), loop=loop(sequential=True)),
        call(element_id="call"),
        last=end(TERMINATE),
    )
    + boundary("caught", "call", on("error", "e"))
    + end(element_id="failed")
    + flows("caught>failed")
)
_WAITS = (
    start()
    + gateway("eventBased", "which")
    + catch(on("message", "m"), "first")
    + catch(timer("duration", "PT40S"), "second")
    + catch(on("signal", "s"), "third")
    + extended("receiveTask", "fourth", messageRef="m")
    + end()
    + flows("start>which", "which>first", "which>second", "which>third", "first>fourth")
    + flows("second>end", "third>end", "fourth>end")
)
PROCESSES = {"called": _CALLED, "edges": _EDGES, "forks": _FORKS, "loops": _LOOPS, "waits": _WAITS}
