"""What was entered is sent in order, each once, and nothing is dropped."""

from typing import Any

from tests.look.live.conftest import Run

QUEUE = """async ({ Queue, newKey }, script) => {
  const rows = new Map();
  const sent = [];
  let changes = 0;
  const queue = new Queue({
    rowOf: (key) => rows.get(key) ?? null,
    changed: () => { changes += 1; },
    deliver: async (post) => {
      sent.push([post.key, post.row ?? ""]);
      const answer = script.answers.shift();
      if (!answer) return null;
      if (answer.status < 300) rows.set(post.key, { id: `row-${post.key}` });
      return answer;
    },
  });
  const outcomes = {};
  for (const post of script.posts) {
    queue.add({ act: "record", ...post }).outcome.then((found) => {
      outcomes[post.key] = Object.keys(found)[0];
    });
  }
  for (let round = 0; round < script.rounds; round += 1) {
    await new Promise((done) => setTimeout(done));
    await queue.run();
  }
  await new Promise((done) => setTimeout(done));
  const left = queue.all.map((post) => [post.key, post.state]);
  return { sent, left, outcomes, changes };
}"""
SAVED = {"status": 201, "answer": {"entry": {}}}
AGAIN = {"status": 200, "answer": {"entry": {}}}
REFUSED = {"status": 422, "answer": {"sentence": "No."}}


def go(run: Run, posts: list[dict[str, Any]], answers: list[Any], rounds: int = 1) -> Any:
    return run("queue", QUEUE, {"posts": posts, "answers": answers, "rounds": rounds})


def test_in_order_and_each_once(run: Run) -> None:
    found = go(run, [{"key": "a"}, {"key": "b"}, {"key": "c"}], [SAVED, SAVED, SAVED])
    assert [key for key, _ in found["sent"]] == ["a", "b", "c"]
    assert found["left"] == []
    assert found["outcomes"] == {"a": "saved", "b": "saved", "c": "saved"}


def test_a_broken_line_sends_the_same_key_again(run: Run) -> None:
    found = go(run, [{"key": "a"}, {"key": "b"}], [None, None, AGAIN, SAVED], rounds=3)
    assert [key for key, _ in found["sent"]] == ["a", "a", "a", "b"]
    assert found["left"] == []


def test_what_is_refused_stands_aside_and_the_rest_goes_on(run: Run) -> None:
    found = go(run, [{"key": "a"}, {"key": "b"}], [REFUSED, SAVED])
    assert found["left"] == [["a", "aside"]]
    assert found["outcomes"] == {"a": "refused", "b": "saved"}


def test_an_undo_waits_for_the_row_that_it_is_about(run: Run) -> None:
    posts = [{"key": "a"}, {"key": "undo", "act": "strike", "after": "a"}]
    found = go(run, posts, [None, SAVED, SAVED], rounds=2)
    assert found["sent"] == [["a", ""], ["a", ""], ["undo", "row-a"]]
    found = go(run, posts, [REFUSED])
    assert found["left"] == [["a", "aside"], ["undo", "waiting"]]


def test_a_key_is_a_uuid_without_a_secure_context_too(run: Run) -> None:
    source = r"""({ newKey }) => {
      const own = newKey();
      crypto.randomUUID = undefined;
      const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
      return [own, newKey()].map((key) => shape.test(key));
    }"""
    assert run("queue", source) == [True, True]


def test_only_stamps_of_now_are_moved_after_a_sleep(run: Run) -> None:
    source = """({ Queue }) => {
      const queue = new Queue({ deliver: async () => null, rowOf: () => null, changed() {} });
      queue.add({ key: "a", at: 1000, isNow: true, segment: 1 });
      queue.add({ key: "b", at: 1000, isNow: false, segment: 1 });
      queue.add({ key: "c", at: 1000, isNow: true, segment: 0 });
      queue.shift(1, 500);
      return queue.all.map((post) => post.at);
    }"""
    assert run("queue", source) == [1500, 1000, 1000]
