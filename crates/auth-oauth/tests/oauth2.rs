//! Plain OAuth 2 against a provider on this machine.

mod support;

use std::time::Duration;

use auth_core::domain::Secret;
use auth_core::provider::{Provider, ProviderError, ProviderSettings};
use auth_oauth::{Builder, OAuth2Endpoints, OAuth2Provider};
use serde_json::{Value, json};
use support::{Answer, Mock, VERIFIER, authorization, exchange, tokens, values};

fn builder(mock: &Mock) -> Builder<OAuth2Endpoints> {
    OAuth2Provider::builder("test", "the-client")
        .client_secret(Secret::new("the-secret"))
        .authorization_url(mock.url("/authorize?tenant=a&prompt=none&state=x"))
        .token_url(mock.url("/token?key=hidden"))
        .userinfo_url(mock.url("/user"))
        .scopes(["profile", "email"])
}

#[tokio::test]
async fn the_address_says_what_the_protocol_wants_and_each_thing_once() {
    let mock = Mock::start().await;
    let provider = builder(&mock).authorization_param("prompt", "consent").build().unwrap();
    let more =
        [("prompt", "login"), ("state", "stolen"), ("redirect_uri", "https://evil.example"), ("ui", "dark")];
    let more = more.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (url, params) = authorization(&provider, None, &more).await.unwrap();
    assert_eq!(url.path(), "/authorize");
    for (name, wanted) in [
        ("response_type", "code"),
        ("client_id", "the-client"),
        ("state", "the-state"),
        ("redirect_uri", "https://app.example/api/auth/callback/test"),
        ("scope", "profile email calendar"),
        ("code_challenge_method", "S256"),
        // The verifier and its challenge are RFC 7636's.
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("prompt", "login"),
        ("login_hint", "ada@example.org"),
        ("tenant", "a"),
        ("ui", "dark"),
    ] {
        assert_eq!(values(&params, name), [wanted], "{name}");
    }
    assert_eq!(values(&params, "nonce"), [""; 0]);
}

#[tokio::test]
async fn a_code_becomes_tokens_and_tokens_a_person() {
    let mock = Mock::start().await;
    mock.json(
        "/token",
        json!({"access_token": "at", "refresh_token": "rt", "expires_in": "3600", "scope": "profile,email"}),
    );
    mock.json(
        "/user",
        json!({"id": 42, "email": "ada@example.org", "email_verified": true, "name": "Ada", "plan": "gold"}),
    );
    let mut settings = ProviderSettings::default();
    settings.disable_sign_up = true;
    let provider = builder(&mock)
        .settings(settings)
        .map_profile(|profile| {
            let plan = profile.raw["plan"].clone();
            profile.additional.insert("plan".to_owned(), plan);
            Ok(())
        })
        .build()
        .unwrap();
    assert!(provider.settings().disable_sign_up && !provider.takes_id_tokens() && !provider.uses_nonce());

    let tokens = exchange(&provider).await.unwrap();
    assert_eq!(tokens.access_token.as_ref().unwrap().expose(), "at");
    assert_eq!(tokens.refresh_token.as_ref().unwrap().expose(), "rt");
    assert_eq!(tokens.access_token_expires_in.unwrap().whole_seconds(), 3600);
    assert_eq!(tokens.scopes, ["profile", "email"]);

    let profile = provider.profile(&tokens, None).await.unwrap();
    assert_eq!((profile.account_id.as_str(), profile.name.as_str()), ("42", "Ada"));
    assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("ada@example.org"), true));
    assert_eq!(profile.additional["plan"], "gold");

    let asked = &mock.asked("/token")[0];
    for (name, wanted) in [
        ("grant_type", "authorization_code"),
        ("code", "the-code"),
        ("code_verifier", VERIFIER),
        ("redirect_uri", "https://app.example/api/auth/callback/test"),
        ("client_id", "the-client"),
        ("client_secret", "the-secret"),
    ] {
        assert_eq!(asked.form[name], wanted, "{name}");
    }
    assert_eq!(asked.headers["accept"], "application/json");
    let asked = &mock.asked("/user")[0];
    assert_eq!(asked.headers["authorization"], "Bearer at");
    assert!(asked.headers["user-agent"].to_str().unwrap().starts_with("auth-oauth/"));
}

#[tokio::test]
async fn client_and_secret_may_go_in_the_header_and_pkce_may_be_off() {
    let mock = Mock::start().await;
    mock.json("/token", json!({"access_token": "at"}));
    let provider =
        builder(&mock).client_secret(Secret::new("a:b c")).basic_auth().pkce(false).build().unwrap();
    exchange(&provider).await.unwrap();
    let asked = &mock.asked("/token")[0];
    // the-client:a%3Ab+c
    assert_eq!(asked.headers["authorization"], "Basic dGhlLWNsaWVudDphJTNBYitj");
    for absent in ["client_secret", "code_verifier"] {
        assert!(!asked.form.contains_key(absent), "{absent}");
    }
    let (_, params) = authorization(&provider, None, &[]).await.unwrap();
    assert_eq!(values(&params, "code_challenge"), [""; 0]);
}

#[tokio::test]
async fn a_refresh_token_brings_new_tokens() {
    let mock = Mock::start().await;
    mock.json("/token", json!({"access_token": "new", "refresh_token_expires_in": 60}));
    let tokens = builder(&mock).build().unwrap().refresh(&Secret::new("the-refresh-token")).await.unwrap();
    assert_eq!(tokens.access_token.unwrap().expose(), "new");
    assert_eq!(tokens.refresh_token_expires_in.unwrap().whole_seconds(), 60);
    let asked = &mock.asked("/token")[0];
    assert_eq!(asked.form["grant_type"], "refresh_token");
    assert_eq!(asked.form["refresh_token"], "the-refresh-token");
}

#[tokio::test]
async fn what_a_token_endpoint_does_wrong_is_told_without_secrets() {
    let mock = Mock::start().await;
    let provider = builder(&mock).build().unwrap();
    let full = |status, headers: &[(&'static str, &str)], body: &str| Answer::Full {
        status,
        headers: headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        body: body.to_owned(),
    };
    let elsewhere = mock.url("/elsewhere");
    for (answer, wanted) in [
        (
            full(400, &[], r#"{"error":"invalid_grant","error_description":"the-code"}"#),
            "test refused: invalid_grant",
        ),
        (full(401, &[], "the-secret"), "test refused: status 401"),
        (full(302, &[("location", &elsewhere)], ""), "test gave an answer that cannot be used: status 302"),
        (full(307, &[("location", &elsewhere)], ""), "test gave an answer that cannot be used: status 307"),
        (full(500, &[], "the-secret"), "test gave an answer that cannot be used: status 500"),
        (full(200, &[], "the-secret"), "test gave an answer that cannot be used: no access token"),
        (
            full(200, &[], &"x".repeat(1024 * 1024 + 1)),
            "test gave an answer that cannot be used: longer than 1 MiB",
        ),
    ] {
        mock.on("/token", answer);
        let error = exchange(&provider).await.unwrap_err();
        assert_eq!(error.to_string(), wanted);
        assert_silent(&error);
    }
    assert!(mock.asked("/elsewhere").is_empty(), "no redirect is followed");
}

#[tokio::test]
async fn a_slow_or_absent_provider_is_unreachable() {
    let mock = Mock::start().await;
    mock.on("/token", Answer::Never);
    let slow = builder(&mock).timeout(Duration::from_millis(50)).build().unwrap();
    let error = exchange(&slow).await.unwrap_err();
    assert_eq!(error.to_string(), "test cannot be reached: no answer in time");
    assert_silent(&error);

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let absent = builder(&mock).token_url(format!("http://{free}/token?key=hidden")).build().unwrap();
    let error = exchange(&absent).await.unwrap_err();
    assert_eq!(error.to_string(), "test cannot be reached: no connection");
    assert_silent(&error);
}

#[tokio::test]
async fn a_profile_that_is_none_is_refused() {
    let mock = Mock::start().await;
    let provider = builder(&mock).build().unwrap();
    let person = tokens(Some("at"), None);
    for bad in [json!([]), json!({}), json!({"id": ""}), json!({"id": null}), json!("text"), Value::Null] {
        mock.json("/user", bad.clone());
        let error = provider.profile(&person, None).await.unwrap_err();
        assert!(matches!(error, ProviderError::InvalidAnswer { .. }), "{bad}: {error}");
    }
    mock.status("/user", 403, "");
    assert!(matches!(provider.profile(&person, None).await, Err(ProviderError::Refused { .. })));
    let none = provider.profile(&tokens(None, Some("an id token proves nothing here")), None).await;
    assert!(matches!(none, Err(ProviderError::InvalidAnswer { .. })));
}

#[tokio::test]
async fn an_application_may_turn_people_away() {
    let mock = Mock::start().await;
    mock.json("/user", json!({"id": "1"}));
    let refuse =
        |_: &mut _| Err(ProviderError::Refused { provider: "test".into(), reason: "not_staff".into() });
    let provider = builder(&mock).map_profile(refuse).build().unwrap();
    let error = provider.profile(&tokens(Some("at"), None), None).await.unwrap_err();
    assert_eq!(error.to_string(), "test refused: not_staff");
}

#[test]
fn settings_that_cannot_work_are_told_at_the_start() {
    let good = || {
        OAuth2Provider::builder("test", "c")
            .authorization_url("https://a.example/a")
            .token_url("https://a.example/t")
            .userinfo_url("https://a.example/u")
    };
    assert!(good().build().is_ok());
    assert!(good().token_url("http://a.example/t").allow_plain_http().build().is_ok());
    for bad in [
        good().token_url("http://a.example/t"),
        good().userinfo_url("no address"),
        good().client_secret(Secret::new("")),
        good().emails_url("file:///etc/passwd"),
        OAuth2Provider::builder("test", "c"),
        OAuth2Provider::builder("a/b", "c")
            .authorization_url("https://a.example")
            .token_url("https://a.example")
            .userinfo_url("https://a.example"),
    ] {
        assert!(matches!(bad.build(), Err(ProviderError::Settings { .. })));
    }
    let debug = format!("{:?}", good().client_secret(Secret::new("the-secret")).build().unwrap());
    assert!(!debug.contains("the-secret"), "{debug}");
}

fn assert_silent(error: &ProviderError) {
    let shown = format!("{error} {error:?}");
    for secret in ["the-code", "the-secret", VERIFIER, "hidden", "127.0.0.1"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
