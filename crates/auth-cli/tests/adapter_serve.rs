//! `auth adapter-serve` keeps its protocol: one answer for each request, errors as answers, an end in good order.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

struct Serving {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<Value>,
}

impl Serving {
    fn new(url: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_auth"))
            .args(["adapter-serve", "--db", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in output.lines() {
                send.send(serde_json::from_str(&line.unwrap()).expect("every line is JSON")).unwrap();
            }
        });
        let input = child.stdin.take();
        Self { child, input, answers }
    }

    fn send(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    fn answer(&self) -> Value {
        self.answers.recv_timeout(PATIENCE).expect("an answer arrives")
    }

    fn ask(&mut self, request: &Value) -> Value {
        self.send(&request.to_string());
        self.answer()
    }

    /// Asks for what must go well.
    fn result(&mut self, request: &Value) -> Value {
        let answer = self.ask(request);
        assert_eq!(answer["ok"], true, "{request}: {answer}");
        answer["result"].clone()
    }

    fn configured(url: &str) -> Self {
        let mut serving = Self::new(url);
        let text =
            |column: &str| json!({ "column": column, "type": "string", "required": true, "unique": false });
        let schema = json!({
            "models": {
                "user": { "table": "people", "fields": {
                    "email": { "column": "e_mail", "type": "string", "required": true, "unique": true },
                    "fullName": text("full_name"),
                    "bornAt": { "column": "born_at", "type": "date", "required": false, "unique": false },
                    "logins": { "column": "logins", "type": "number", "required": true, "unique": false,
                                "default": { "value": 0 } },
                    "extra": { "column": "extra", "type": "json", "required": false, "unique": false },
                } },
                "pet": { "table": "pets", "fields": {
                    "ownerId": { "column": "owner_id", "type": "string", "required": true, "unique": false,
                                 "references": { "model": "user", "field": "id", "onDelete": "cascade" } },
                } },
            },
            "ids": "serial", "joins": false, "defaultLimit": 100, "unknown": { "is": "ignored" },
        });
        serving.result(&json!({ "id": 1, "op": "configure", "schema": schema }));
        serving.result(&json!({ "id": 2, "op": "migrate", "whatever": 1 }));
        serving
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.input.take());
        for _ in 0..300 {
            if self.child.try_wait().unwrap().is_some() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.child.kill().unwrap();
    }
}

fn clause(field: &str, operator: &str, value: &Value) -> Value {
    json!({ "field": field, "operator": operator, "value": value, "connector": "AND", "mode": "sensitive" })
}

const DATABASES: [&str; 2] = ["memory:", "sqlite::memory:"];
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn rows_are_written_and_read_in_the_forms_of_the_wire() {
    for url in DATABASES {
        let mut serving = Serving::configured(url);
        let data = json!({
            "email": "ada@example.com", "fullName": "Ada", "bornAt": "1815-12-10T00:00:00.000Z",
            "extra": { "$raw": { "$key": { "$date": "stays" } } },
        });
        let ada = serving.result(&json!({ "id": 3, "op": "create", "model": "user", "data": data }));
        let expected = json!({
            "id": "1", "email": "ada@example.com", "fullName": "Ada",
            "bornAt": { "$date": "1815-12-10T00:00:00.000Z" }, "logins": 0,
            "extra": { "$raw": { "$key": { "$date": "stays" } } },
        });
        assert_eq!(ada, expected, "{url}");
        let born = clause("bornAt", "lt", &json!({ "$date": "1900-01-01T00:00:00.000Z" }));
        let find = json!({ "id": 4, "op": "findMany", "model": "user", "where": [born], "limit": 5,
            "select": ["fullName"], "sortBy": { "field": "email", "direction": "desc" } });
        assert_eq!(serving.result(&find), json!([{ "fullName": "Ada" }]), "{url}");
        serving.result(&json!({ "id": 5, "op": "create", "model": "pet", "data": { "ownerId": "1" } }));
        let find = json!({ "id": 6, "op": "findOne", "model": "user", "where": [clause("id", "eq", &json!("1"))],
            "join": [{ "model": "pet", "from": "id", "to": "ownerId", "relation": "one-to-many", "limit": 10 }] });
        assert_eq!(serving.result(&find)["pet"], json!([{ "id": "1", "ownerId": "1" }]), "{url}");
        let more = json!({ "id": 7, "op": "incrementOne", "model": "user",
            "where": [clause("logins", "lt", &json!(2))], "increment": { "logins": 2 } });
        assert_eq!(serving.result(&more)["logins"], 2, "{url}");
        assert_eq!(serving.result(&more), Value::Null, "{url}");
        // An id that no row can have.
        let wrong =
            json!({ "id": 8, "op": "count", "model": "user", "where": [clause("id", "eq", &json!("abc"))] });
        assert_eq!(serving.result(&wrong), 0, "{url}");
    }
}

#[test]
fn what_is_wrong_is_an_answer() {
    for url in DATABASES {
        let mut serving = Serving::new(url);
        let early = serving.ask(&json!({ "id": 1, "op": "count", "model": "user", "where": [] }));
        assert!(early["error"]["message"].as_str().unwrap().contains("`configure`"), "{early}");
        drop(serving);
        let mut serving = Serving::configured(url);
        let data = json!({ "email": "ada@example.com", "fullName": "Ada" });
        serving.result(&json!({ "id": 3, "op": "create", "model": "user", "data": data }));
        for (request, code) in [
            (json!({ "op": "create", "model": "user", "data": data }), "UNIQUE_VIOLATION"),
            (json!({ "op": "create", "model": "pet", "data": { "ownerId": "7" } }), "FOREIGN_KEY_VIOLATION"),
            (json!({ "op": "create", "model": "user", "data": { "email": 1 } }), "INVALID"),
            (json!({ "op": "create", "model": "user", "data": { "email": "x@example.com" } }), "INVALID"),
            (json!({ "op": "count", "model": "cat", "where": [] }), "NOT_FOUND"),
            (
                json!({ "op": "count", "model": "user", "where": [clause("age", "eq", &json!(1))] }),
                "NOT_FOUND",
            ),
            (
                json!({ "op": "count", "model": "user", "where": [clause("email", "like", &json!("a"))] }),
                "INVALID",
            ),
            (json!({ "op": "commit", "tx": "t99" }), "NOT_FOUND"),
            (json!({ "op": "dance" }), "INVALID"),
            (json!({ "op": "count" }), "INVALID"),
        ] {
            let mut request = request;
            request["id"] = json!(17);
            let answer = serving.ask(&request);
            assert_eq!((&answer["id"], &answer["ok"]), (&json!(17), &json!(false)), "{url} {request}");
            assert_eq!(answer["error"]["code"], code, "{url} {request}: {answer}");
            assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
        }
        serving.send("this is no JSON");
        assert_eq!(serving.answer()["ok"], false);
        let count = serving.result(&json!({ "id": 4, "op": "count", "model": "user", "where": [] }));
        assert_eq!(count, 1, "{url}: a failed request changed something");
    }
}

#[test]
fn requests_are_answered_each_once_in_any_order() {
    for url in DATABASES {
        let mut serving = Serving::configured(url);
        for number in 0..200 {
            let data = json!({ "email": format!("{number}@example.com"), "fullName": "A" });
            serving.send(&json!({ "id": number, "op": "create", "model": "user", "data": data }).to_string());
        }
        let mut seen: HashMap<i64, u32> = HashMap::new();
        for _ in 0..200 {
            let answer = serving.answer();
            assert_eq!(answer["ok"], true, "{answer}");
            *seen.entry(answer["id"].as_i64().unwrap()).or_default() += 1;
        }
        assert!(seen.len() == 200 && seen.values().all(|times| *times == 1), "{url}");
    }
}

#[test]
fn a_transaction_is_seen_by_others_when_it_is_committed() {
    for url in DATABASES {
        let mut serving = Serving::configured(url);
        for (end, expected) in [("rollback", 0), ("commit", 1)] {
            let tx = serving.result(&json!({ "id": 10, "op": "begin" }))["tx"].clone();
            let data = json!({ "email": "ada@example.com", "fullName": "Ada" });
            serving.result(&json!({ "id": 11, "op": "create", "tx": tx, "model": "user", "data": data }));
            let inside = json!({ "id": 12, "op": "count", "tx": tx, "model": "user", "where": [] });
            assert_eq!(serving.result(&inside), 1);
            serving.result(&json!({ "id": 13, "op": end, "tx": tx }));
            let outside = json!({ "id": 14, "op": "count", "model": "user", "where": [] });
            assert_eq!(serving.result(&outside), expected, "{url} {end}");
            assert_eq!(serving.ask(&json!({ "id": 15, "op": end, "tx": tx }))["ok"], false);
        }
    }
}

#[test]
fn the_end_of_the_input_ends_it_in_good_order() {
    for url in DATABASES {
        let mut serving = Serving::configured(url);
        serving.send(&json!({ "id": 3, "op": "count", "model": "user", "where": [] }).to_string());
        drop(serving.input.take());
        assert_eq!(serving.answer()["result"], 0);
        for _ in 0..300 {
            if let Some(status) = serving.child.try_wait().unwrap() {
                assert!(status.success(), "{url}: {status}");
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(serving.child.try_wait().unwrap().is_some(), "{url}: it is still there");
    }
}
