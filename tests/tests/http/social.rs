//! `/sign-in/social`, `/callback/{provider}` and `/link-social`.

use std::sync::Arc;

use auth_core::AuthBuilder;
use auth_core::config::AccountConfig;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::{Answer, Browser};
use auth_tests::provider::StubProvider;
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_person_comes_by_a_provider_and_comes_back", sign_in),
        Case::new("a_state_works_once_and_only_in_its_browser", state),
        Case::new("the_answer_of_another_provider_is_refused", mix_up),
        Case::new("failures_lead_back_with_their_codes", failures),
        Case::new("an_account_is_linked_by_address_only_when_both_sides_have_proven_it", implicit_link),
        Case::new("who_may_become_a_user_is_decided_by_the_settings", sign_up_rules),
        Case::new("of_concurrent_first_sign_ins_one_creates_the_user", race),
        Case::new("an_id_token_signs_in", id_token),
        Case::new("a_person_links_an_account_of_their_own_wish", link),
        Case::new("two_people_cannot_link_one_account", link_race),
        Case::new("what_a_provider_posts_is_sent_on", posted),
        Case::new("bad_social_requests_are_refused", bad_input),
    ]
}

pub(crate) async fn fixture(
    database: &TestDatabase,
    provider: &StubProvider,
    settings: impl FnOnce(AuthBuilder) -> AuthBuilder,
) -> Fixture {
    Fixture::with(database, |builder| settings(builder.provider(provider.clone()))).await
}

fn linking(change: impl FnOnce(&mut AccountConfig)) -> impl FnOnce(AuthBuilder) -> AuthBuilder {
    |builder| {
        let mut config = AccountConfig::default();
        change(&mut config);
        builder.account(config)
    }
}

/// Goes to the provider; gives the state that comes back.
pub(crate) async fn start(browser: &mut Browser, path: &str, more: Value) -> String {
    let mut body = json!({"provider": "stub", "callbackURL": "/in", "errorCallbackURL": "/failed"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = browser.post(path, &body).await;
    assert_eq!(
        (answer.status, &answer.body["redirect"]),
        (StatusCode::OK, &json!(true)),
        "{:?}",
        answer.body
    );
    let url = url::Url::parse(answer.body["url"].as_str().unwrap()).unwrap();
    assert_eq!(answer.headers[header::LOCATION], url.as_str());
    url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

/// Comes back from it; gives where the browser goes on.
pub(crate) async fn come_back(browser: &mut Browser, state: &str, code: &str) -> (Answer, String) {
    let answer = browser.get(&format!("/callback/stub?code={code}&state={state}")).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{:?}", answer.body);
    let location = answer.headers[header::LOCATION].to_str().unwrap().to_owned();
    (answer, location)
}

async fn whole(browser: &mut Browser) -> String {
    let state = start(browser, "/sign-in/social", json!({})).await;
    come_back(browser, &state, "good").await.1
}

async fn who(browser: &mut Browser) -> Value {
    browser.get("/get-session").await.body["user"].clone()
}

async fn sign_in(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let mut browser = Browser::new(&fixture.auth);
    let state = start(&mut browser, "/sign-in/social", json!({"newUserCallbackURL": "/welcome"})).await;
    assert!(browser.cookies.contains_key("better-auth.state"));
    let (answer, location) = come_back(&mut browser, &state, "good").await;
    assert_eq!(location, "/welcome");
    assert_eq!(answer.set_cookies().len(), 2, "{:?}", answer.set_cookies());
    assert!(!browser.cookies.contains_key("better-auth.state"));
    let user = who(&mut browser).await;
    assert_eq!((&user["email"], &user["emailVerified"]), (&json!("ada@example.com"), &json!(true)));
    assert_eq!((&user["name"], &user["image"]), (&json!("Person 1"), &json!("https://img.example/1")));
    let accounts = browser.get("/list-accounts").await.body;
    assert_eq!((&accounts[0]["providerId"], &accounts[0]["accountId"]), (&json!("stub"), &json!("1")));
    assert_eq!(accounts[0]["scopes"], json!(["email", "profile"]));

    // The address has changed at the provider: the account tells who it is.
    provider.vouch("1", Some("ada@elsewhere.example"), true);
    let mut second = Browser::new(&fixture.auth);
    let state = start(&mut second, "/sign-in/social", json!({"newUserCallbackURL": "/welcome"})).await;
    assert_eq!(come_back(&mut second, &state, "good").await.1, "/in");
    assert_eq!(who(&mut second).await["id"], user["id"]);
    assert_eq!(who(&mut second).await["email"], "ada@example.com");
    let account = fixture.auth.store().accounts().find_by_provider("stub", "1").await.unwrap().unwrap();
    assert_eq!(account.access_token.unwrap().expose(), "access-2", "the newest tokens are stored");
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
}

async fn state(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let (mut browser, mut other) = (Browser::new(&fixture.auth), Browser::new(&fixture.auth));
    let mine = start(&mut browser, "/sign-in/social", json!({})).await;
    // A link with somebody else's code signs nobody in as them.
    assert_eq!(come_back(&mut other, &mine, "good").await.1, "/failed?error=state_mismatch");
    let theirs = start(&mut other, "/sign-in/social", json!({})).await;
    assert_eq!(come_back(&mut other, &mine, "good").await.1, "/failed?error=state_mismatch");
    assert!(provider.asked().is_empty(), "no code is shown to the provider");
    assert_eq!(come_back(&mut other, &theirs, "good").await.1, "/in", "the own state is still there");
    let cookie = browser.cookies["better-auth.state"].clone();
    assert_eq!(come_back(&mut browser, &mine, "good").await.1, "/in");
    browser.cookies.insert("better-auth.state".to_owned(), cookie);
    let error_page = "http://localhost:3000/api/auth/error?error=state_mismatch";
    assert_eq!(come_back(&mut browser, &mine, "good").await.1, error_page, "once");
    let late = start(&mut browser, "/sign-in/social", json!({})).await;
    fixture.clock.advance(time::Duration::minutes(11));
    assert_eq!(come_back(&mut browser, &late, "good").await.1, error_page);
    let answer = browser.get("/callback/stub?code=x").await;
    assert_eq!(
        answer.headers[header::LOCATION],
        "http://localhost:3000/api/auth/error?error=state_not_found"
    );
}

async fn mix_up(database: Arc<TestDatabase>) {
    let (honest, other) = (StubProvider::new("stub"), StubProvider::new("other"));
    let providers = (honest.clone(), other.clone());
    let fixture =
        Fixture::with(&database, |builder| builder.provider(providers.0).provider(providers.1)).await;
    let mut browser = Browser::new(&fixture.auth);
    let state = start(&mut browser, "/sign-in/social", json!({})).await;
    let answer = browser.get(&format!("/callback/other?code=good&state={state}")).await;
    assert_eq!(answer.headers[header::LOCATION], "/failed?error=state_mismatch");
    assert!(honest.asked().is_empty() && other.asked().is_empty());
}

async fn failures(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let mut browser = Browser::new(&fixture.auth);
    for (query, expected) in [
        (
            "error=access_denied&error_description=no%20thanks",
            "/failed?error=access_denied&error_description=no+thanks",
        ),
        ("", "/failed?error=no_code"),
        ("code=bad", "/failed?error=invalid_code"),
    ] {
        let state = start(&mut browser, "/sign-in/social", json!({})).await;
        let answer = browser.get(&format!("/callback/stub?state={state}&{query}")).await;
        assert_eq!(answer.headers[header::LOCATION], expected);
    }
    let state = start(&mut browser, "/sign-in/social", json!({})).await;
    let answer = browser.get(&format!("/callback/unknown?code=good&state={state}")).await;
    assert_eq!(answer.headers[header::LOCATION], "/failed?error=oauth_provider_not_found");
    provider.vouch("1", None, false);
    assert_eq!(whole(&mut browser).await, "/failed?error=email_not_found");
    provider.vouch("", Some("ada@example.com"), true);
    assert_eq!(whole(&mut browser).await, "/failed?error=unable_to_get_user_info");
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 0);
    assert_eq!(who(&mut browser).await, Value::Null);
}

async fn implicit_link(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let user = fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    // Somebody may have signed up with an address that is not theirs, and waits for its owner.
    assert_eq!(whole(&mut browser).await, "/failed?error=account_not_linked");
    let proven = auth_core::domain::UserChange { email_verified: Some(true), ..Default::default() };
    fixture.auth.store().users().update(&user.id, proven).await.unwrap();
    provider.vouch("1", Some("ADA@example.com"), false);
    assert_eq!(whole(&mut browser).await, "/failed?error=account_not_linked", "the provider does not vouch");
    let trusting = Fixture::with_same(&fixture, |builder| {
        linking(|config| config.linking.trusted_providers = vec!["stub".to_owned()])(
            builder.provider(provider.clone()),
        )
    });
    let off = Fixture::with_same(&fixture, |builder| {
        linking(|config| config.linking.enabled = false)(builder.provider(provider.clone()))
    });
    provider.vouch("1", Some("ada@example.com"), true);
    assert_eq!(whole(&mut Browser::new(&off.auth)).await, "/failed?error=account_not_linked");
    provider.vouch("1", Some("ada@example.com"), false);
    let mut trusted = Browser::new(&trusting.auth);
    assert_eq!(whole(&mut trusted).await, "/in");
    assert_eq!(who(&mut trusted).await["id"], user.id.as_str());
    assert_eq!(who(&mut trusted).await["name"], "Ada", "the profile is not copied");
    let accounts = fixture.auth.store().accounts().list(&user.id).await.unwrap();
    assert_eq!(accounts.len(), 2);
}

async fn sign_up_rules(database: Arc<TestDatabase>) {
    let implicit = StubProvider::new("stub").settings(|settings| settings.disable_implicit_sign_up = true);
    let fixture = fixture(&database, &implicit, |builder| builder).await;
    let mut browser = Browser::new(&fixture.auth);
    assert_eq!(whole(&mut browser).await, "/failed?error=signup_disabled");
    let state = start(&mut browser, "/sign-in/social", json!({"requestSignUp": true})).await;
    assert_eq!(come_back(&mut browser, &state, "good").await.1, "/in");
    assert_eq!(whole(&mut browser).await, "/in", "who is known needs not ask");

    let strict = StubProvider::new("stub").settings(|settings| {
        settings.require_email_verification = true;
        settings.override_user_info_on_sign_in = true;
    });
    strict.vouch("2", Some("eve@example.com"), false);
    let strict_fixture = Fixture::with_same(&fixture, |builder| builder.provider(strict.clone()));
    let mut browser = Browser::new(&strict_fixture.auth);
    assert_eq!(whole(&mut browser).await, "/failed?error=email_not_verified");
    assert!(strict_fixture.mail(auth_core::mail::MailKind::VerifyEmail).await.is_some());
    strict.vouch("2", Some("eve@new.example"), true);
    assert_eq!(whole(&mut browser).await, "/in");
    assert_eq!(who(&mut browser).await["email"], "eve@new.example", "the profile overrides");
    let closed = StubProvider::new("stub").settings(|settings| settings.disable_sign_up = true);
    closed.vouch("3", Some("new@example.com"), true);
    let closed_fixture = Fixture::with_same(&fixture, |builder| builder.provider(closed.clone()));
    assert_eq!(whole(&mut Browser::new(&closed_fixture.auth)).await, "/failed?error=signup_disabled");
}

async fn race(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let mut ready = Vec::new();
    for _ in 0..6 {
        let mut browser = Browser::new(&fixture.auth);
        let state = start(&mut browser, "/sign-in/social", json!({})).await;
        ready.push((browser, state));
    }
    let tasks: Vec<_> = ready
        .into_iter()
        .map(|(mut browser, state)| {
            tokio::spawn(async move { come_back(&mut browser, &state, "good").await.1 })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "/in");
    }
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
    let account = fixture.auth.store().accounts().find_by_provider("stub", "1").await.unwrap().unwrap();
    assert_eq!(fixture.auth.store().accounts().list(&account.user_id).await.unwrap().len(), 1);
}

async fn id_token(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let mut browser = Browser::new(&fixture.auth);
    let body = |token: &str| json!({"provider": "stub", "idToken": {"token": token, "accessToken": "a", "nonce": "n"}});
    let forged = browser.post("/sign-in/social", &body("forged")).await;
    assert_eq!((forged.status, forged.code()), (StatusCode::UNAUTHORIZED, "INVALID_TOKEN"));
    let signed_in = browser.post("/sign-in/social", &body("good")).await;
    assert_eq!(signed_in.status, StatusCode::OK);
    assert_eq!(signed_in.body["redirect"], false);
    assert_eq!(who(&mut browser).await["email"], "ada@example.com");
    let account = fixture.auth.store().accounts().find_by_provider("stub", "1").await.unwrap().unwrap();
    assert_eq!(account.id_token.unwrap().expose(), "good");
    provider.vouch("2", None, true);
    assert_eq!(browser.post("/sign-in/social", &body("good")).await.code(), "USER_EMAIL_NOT_FOUND");
    fixture.user("eve@example.com").await;
    provider.vouch("2", Some("eve@example.com"), true);
    let refused = browser.post("/sign-in/social", &body("good")).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNAUTHORIZED, "OAUTH_LINK_ERROR"));
    assert_eq!(refused.body["message"], "account not linked");
}

async fn link(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let user = fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let nobody = browser.post("/link-social", &json!({"provider": "stub"})).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    browser.post("/sign-in/email", &json!({"email": "ada@example.com", "password": PASSWORD})).await;
    provider.vouch("1", Some("ada@elsewhere.example"), true);
    let link = async |browser: &mut Browser| {
        let state = start(browser, "/link-social", json!({"scopes": ["calendar"]})).await;
        come_back(browser, &state, "good").await.1
    };
    assert_eq!(link(&mut browser).await, "/failed?error=email_does_not_match");
    provider.vouch("1", Some("ada@example.com"), false);
    assert_eq!(link(&mut browser).await, "/failed?error=unable_to_link_account");
    provider.vouch("1", Some("ada@example.com"), true);
    assert_eq!(link(&mut browser).await, "/in");
    assert_eq!(link(&mut browser).await, "/in", "again: the newest tokens are stored");
    assert_eq!(fixture.auth.store().accounts().list(&user.id).await.unwrap().len(), 2);

    // Whoever signs out meanwhile has not agreed any more.
    let state = start(&mut browser, "/link-social", json!({})).await;
    browser.post("/sign-out", &json!({})).await;
    assert_eq!(come_back(&mut browser, &state, "good").await.1, "/failed?error=unable_to_link_account");

    let mut eve = Browser::new(&fixture.auth);
    fixture.user("eve@example.com").await;
    eve.post("/sign-in/email", &json!({"email": "eve@example.com", "password": PASSWORD})).await;
    let generous = Fixture::with_same(&fixture, |builder| {
        linking(|config| {
            config.linking.allow_different_emails = true;
            config.linking.update_user_info_on_link = true;
        })(builder.provider(provider.clone()))
    });
    let mut generous_eve = Browser::new(&generous.auth);
    generous_eve.cookies = eve.cookies.clone();
    assert_eq!(link(&mut generous_eve).await, "/failed?error=account_already_linked_to_different_user");
    let id_token = json!({"provider": "stub", "idToken": {"token": "good"}});
    let conflict = generous_eve.post("/link-social", &id_token).await;
    assert_eq!((conflict.status, conflict.code()), (StatusCode::CONFLICT, "SOCIAL_ACCOUNT_ALREADY_LINKED"));
    provider.vouch("9", Some("eve@elsewhere.example"), true);
    let foreign = eve.post("/link-social", &json!({"provider": "stub", "idToken": {"token": "good"}})).await;
    assert_eq!(foreign.code(), "LINKING_DIFFERENT_EMAILS_NOT_ALLOWED");
    provider.vouch("1", Some("ada@moved.example"), false);
    let conflict = eve.post("/link-social", &id_token).await;
    assert_eq!(conflict.code(), "SOCIAL_ACCOUNT_ALREADY_LINKED", "whose it is comes before the rules");
    provider.vouch("9", Some("eve@elsewhere.example"), true);
    let strict = eve.post("/link-social", &id_token).await;
    assert_eq!(
        (strict.status, strict.code()),
        (StatusCode::UNAUTHORIZED, "LINKING_DIFFERENT_EMAILS_NOT_ALLOWED")
    );
    let linked = generous_eve.post("/link-social", &id_token).await;
    assert_eq!(linked.body, json!({"url": "", "status": true, "redirect": false}));
    assert_eq!(who(&mut generous_eve).await["name"], "Person 9");
    assert_eq!(who(&mut generous_eve).await["email"], "eve@example.com", "never the address");
}

async fn link_race(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| {
        linking(|config| config.linking.allow_different_emails = true)(builder)
    })
    .await;
    let mut tasks = Vec::new();
    for email in ["ada@example.com", "eve@example.com", "bob@example.com"] {
        fixture.user(email).await;
        let mut browser = Browser::new(&fixture.auth);
        browser.post("/sign-in/email", &json!({"email": email, "password": PASSWORD})).await;
        tasks.push(tokio::spawn(async move {
            browser
                .post("/link-social", &json!({"provider": "stub", "idToken": {"token": "good"}}))
                .await
                .status
        }));
    }
    let mut linked = 0;
    for task in tasks {
        match task.await.unwrap() {
            StatusCode::OK => linked += 1,
            status => assert_eq!(status, StatusCode::CONFLICT),
        }
    }
    assert_eq!(linked, 1);
}

async fn posted(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let mut browser = Browser::new(&fixture.auth);
    let request = Request::post("/api/auth/callback/stub?iss=https://a.example")
        .header(header::ORIGIN, "https://provider.example")
        .header(header::COOKIE, "other=1")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = Body::from("state=s&code=c%20d&user=%7B%7D&unknown=x");
    let answer = browser.send(request, body).await;
    let expected = "http://localhost:3000/api/auth/callback/stub?code=c+d&state=s&user=%7B%7D&iss=https%3A%2F%2Fa.example";
    assert_eq!(
        (answer.status, &answer.headers[header::LOCATION]),
        (StatusCode::FOUND, &expected.parse().unwrap())
    );
}

async fn bad_input(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let mut browser = Browser::new(&fixture.auth);
    for (body, code) in [
        (json!({}), "VALIDATION_ERROR"),
        (json!({"provider": 1}), "VALIDATION_ERROR"),
        (json!({"provider": "nope"}), "PROVIDER_NOT_FOUND"),
        (json!({"provider": "stub", "callbackURL": "https://evil.example"}), "INVALID_CALLBACK_URL"),
        (json!({"provider": "stub", "callbackURL": "//evil.example"}), "INVALID_CALLBACK_URL"),
        (
            json!({"provider": "stub", "errorCallbackURL": "https://evil.example"}),
            "INVALID_ERROR_CALLBACK_URL",
        ),
        (
            json!({"provider": "stub", "newUserCallbackURL": "/\\evil.example"}),
            "INVALID_NEW_USER_CALLBACK_URL",
        ),
        (json!({"provider": "stub", "scopes": "email"}), "VALIDATION_ERROR"),
        (json!({"provider": "stub", "scopes": [1]}), "VALIDATION_ERROR"),
        (json!({"provider": "stub", "scopes": vec![0; 40_000]}), "VALIDATION_ERROR"),
        (json!({"provider": "stub", "scopes": vec!["a"; 65]}), "VALIDATION_ERROR"),
        (json!({"provider": "stub", "additionalData": {"x": "y".repeat(5000)}}), "VALIDATION_ERROR"),
        (
            json!({"provider": "stub", "additionalParams": {"request_uri": "https://evil.example"}}),
            "VALIDATION_ERROR",
        ),
        (json!({"provider": "stub", "callbackURL": "/.//evil.example"}), "INVALID_CALLBACK_URL"),
        (json!({"provider": "stub", "callbackURL": "blob:http://localhost:3000/x"}), "INVALID_CALLBACK_URL"),
        (
            json!({"provider": "stub", "idToken": {"token": "good", "accessToken": "a\u{0}"}}),
            "VALIDATION_ERROR",
        ),
        (json!({"provider": "stub", "idToken": {}}), "VALIDATION_ERROR"),
        (json!({"provider": "stub", "idToken": "x"}), "VALIDATION_ERROR"),
        (json!({"provider": "stub", "additionalParams": {"state": "mine"}}), "VALIDATION_ERROR"),
        (json!({"provider": "stub", "additionalParams": {"hd": 1}}), "VALIDATION_ERROR"),
    ] {
        assert_eq!(browser.post("/sign-in/social", &body).await.code(), code, "{body}");
    }
    // What the application passes through cannot pose as what the state itself says.
    let state = start(
        &mut browser,
        "/sign-in/social",
        json!({"additionalData": {"link": {"userId": "x", "email": "y"}, "plan": "pro"}}),
    )
    .await;
    assert_eq!(come_back(&mut browser, &state, "good").await.1, "/in");
}
