//! A session that is too long for one cookie.

use std::collections::BTreeMap;
use std::sync::Arc;

use auth_tests::backend::TestDatabase;
use auth_tests::http_client::{Answer, Browser};
use auth_tests::runner::Case;
use serde_json::json;

use super::{NAME, STRATEGIES, ask, caching, sign_in, with_ada};
use auth_tests::fixture::Fixture;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_long_session_is_kept_in_parts_that_browsers_take", parts),
        Case::new("parts_that_do_not_fit_together_are_not_believed", mixed),
    ]
}

/// The cookies of the session in a browser, by name.
fn kept(browser: &Browser) -> BTreeMap<String, String> {
    let all = browser.cookies.iter().filter(|(name, _)| name.starts_with(NAME));
    all.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A picture whose address takes about so many bytes.
fn picture(bytes: usize) -> String {
    "\u{1F600}".repeat(bytes / 4)
}

fn lines(answer: &Answer) -> Vec<&str> {
    answer.set_cookies().into_iter().filter(|line| line.starts_with(NAME)).collect()
}

async fn parts(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    for strategy in STRATEGIES {
        let settings = caching(|session| session.cookie_cache.strategy = strategy);
        let fixture = Fixture::with_same(&fixture, |builder| builder.session(settings));
        let mut browser = sign_in(&fixture).await;
        browser.post("/update-user", &json!({"image": null})).await;
        assert_eq!(kept(&browser).len(), 1);
        let answer = browser.post("/update-user", &json!({"image": picture(8000)})).await;
        let set = lines(&answer);
        assert!(set[0].starts_with(&format!("{NAME}=; Max-Age=0")), "the whole one goes: {}", set[0]);
        assert!(set[1..].iter().all(|line| line.len() <= 4050), "{strategy:?}");
        let long = kept(&browser);
        assert!(long.len() > 2 && !long.contains_key(NAME), "{strategy:?}: {}", long.len());
        let (answer, statements) = ask(&mut browser, "/get-session").await;
        assert_eq!((statements, &answer.body["user"]["image"]), (0, &json!(picture(8000))));

        browser.post("/update-user", &json!({"image": picture(4000)})).await;
        let shorter = kept(&browser);
        assert!(shorter.len() < long.len() && shorter.len() > 1, "{strategy:?}: {}", shorter.len());
        assert_eq!(ask(&mut browser, "/get-session").await.1, 0, "no part of the longer one is left");
        browser.post("/update-user", &json!({"image": null})).await;
        assert_eq!(kept(&browser).keys().collect::<Vec<_>>(), [NAME]);
        assert_eq!(ask(&mut browser, "/get-session").await.1, 0);

        browser.post("/update-user", &json!({"image": picture(8000)})).await;
        browser.post("/sign-out", &json!({})).await;
        assert!(kept(&browser).is_empty(), "{strategy:?}");
    }
}

async fn mixed(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    let mut browser = sign_in(&fixture).await;
    browser.post("/update-user", &json!({"image": picture(8000)})).await;
    let whole = kept(&browser);
    let (last, value) = whole.iter().next_back().unwrap();
    let first = format!("{NAME}.0");
    for (name, value) in [
        (last.as_str(), None),
        (first.as_str(), None),
        (first.as_str(), Some(value.clone())),
        (NAME, Some("x".to_owned())),
    ] {
        browser.cookies.extend(whole.clone());
        match value {
            Some(value) => browser.cookies.insert(name.to_owned(), value),
            None => browser.cookies.remove(name),
        };
        assert!(browser.get("/get-session").await.body.is_object(), "{name}");
        assert_eq!(kept(&browser).keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>(), "{name}");
        assert_eq!(ask(&mut browser, "/get-session").await.1, 0, "{name}");
    }
}
