//! OpenID Connect against an issuer on this machine.

mod support;

use std::time::Duration;

use auth_core::domain::Secret;
use auth_core::provider::{Provider, ProviderError};
use auth_oauth::OidcProvider;
use serde_json::json;
use support::issuer::{DISCOVERY, Issuer, NONCE};
use support::keys::Key;
use support::{Answer, authorization, exchange, tokens, values};

#[tokio::test]
async fn a_person_signs_in() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let provider = issuer.builder().build().unwrap();
    assert!(provider.takes_id_tokens() && provider.uses_nonce());
    assert!(issuer.mock.asked(DISCOVERY).is_empty(), "nothing is asked before it is needed");

    let (url, params) = authorization(&provider, Some(NONCE), &[]).await.unwrap();
    assert_eq!(url.path(), "/authorize");
    assert_eq!(values(&params, "nonce"), [NONCE]);
    assert_eq!(values(&params, "scope"), ["openid profile email calendar"]);

    let id_token = key.sign(&issuer.claims(&json!({})));
    issuer.mock.json("/token", json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token}));
    let tokens = exchange(&provider).await.unwrap();
    let profile = provider.profile(&tokens, Some(NONCE)).await.unwrap();
    assert_eq!((profile.account_id.as_str(), profile.name.as_str()), ("person-1", "Ada"));
    assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("ada@example.org"), true));
    assert_eq!(profile.image.as_deref(), Some("https://a.example/ada.png"));
    assert_eq!(profile.raw["iss"], issuer.mock.base.as_str());
    assert_eq!(issuer.mock.asked(DISCOVERY).len(), 1, "the document is asked for once");
    assert!(issuer.mock.asked("/userinfo").is_empty(), "the id token told everything");
}

#[tokio::test]
async fn a_failure_of_discovery_is_not_kept() {
    let issuer = Issuer::start(&[]).await;
    let provider = issuer.builder().build().unwrap();
    issuer.mock.status(DISCOVERY, 503, "");
    assert!(matches!(authorization(&provider, None, &[]).await, Err(ProviderError::InvalidAnswer { .. })));
    issuer.mock.json(DISCOVERY, json!({"issuer": issuer.mock.base}));
    assert!(matches!(authorization(&provider, None, &[]).await, Err(ProviderError::Settings { .. })));
    issuer.mock.json(DISCOVERY, issuer.document());
    assert!(authorization(&provider, None, &[]).await.is_ok());
    assert!(authorization(&provider, None, &[]).await.is_ok());
    assert_eq!(issuer.mock.asked(DISCOVERY).len(), 3);
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_asks_the_issuer() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let asked = |path| issuer.mock.asked(path).len();
    issuer.mock.on(DISCOVERY, Answer::Never);
    let provider = issuer.builder().timeout(Duration::from_millis(50)).build().unwrap();
    let ask = || authorization(&provider, None, &[]);
    let answers = tokio::join!(ask(), ask(), ask());
    assert!(answers.0.is_err() && answers.1.is_err() && answers.2.is_err());
    assert_eq!(asked(DISCOVERY), 1, "those who waited do not wait once more");

    issuer.mock.json(DISCOVERY, issuer.document());
    let provider = issuer.builder().build().unwrap();
    let token = key.sign(&issuer.claims(&json!({})));
    let person = tokens(None, Some(&token));
    let ask = || provider.profile(&person, Some(NONCE));
    let answers = tokio::join!(ask(), ask(), ask());
    assert!(answers.0.is_ok() && answers.1.is_ok() && answers.2.is_ok());
    assert_eq!((asked(DISCOVERY), asked("/keys")), (2, 1));
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_is_refused() {
    let issuer = Issuer::start(&[]).await;
    let mut document = issuer.document();
    for (told, expected, is_taken) in [
        ("https://evil.example".to_owned(), None, false),
        (issuer.mock.url("/"), None, true),
        (issuer.mock.url("/realm"), None, false),
        (issuer.mock.url("/realm"), Some(issuer.mock.url("/realm")), true),
        (issuer.mock.url("/realm/"), Some(issuer.mock.url("/realm")), false),
    ] {
        document["issuer"] = told.clone().into();
        issuer.mock.json(DISCOVERY, document.clone());
        let builder = issuer.builder();
        let builder = if let Some(issuer) = expected { builder.issuer(issuer) } else { builder };
        let answer = authorization(&builder.build().unwrap(), None, &[]).await;
        assert_eq!(answer.is_ok(), is_taken, "{told}");
    }
    document["issuer"] = issuer.mock.base.clone().into();
    document["token_endpoint"] = "http://token.example/plain".into();
    issuer.mock.json(DISCOVERY, document);
    let answer = authorization(&issuer.builder().build().unwrap(), None, &[]).await;
    assert!(matches!(answer, Err(ProviderError::Settings { .. })), "no secret travels in the clear");
}

#[tokio::test]
async fn userinfo_tells_what_the_id_token_does_not() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let provider = issuer.builder().build().unwrap();
    let id_token = key.sign(&issuer.claims(&json!({"email": null, "email_verified": null})));
    let person = tokens(Some("at"), Some(&id_token));
    issuer.mock.json(
        "/userinfo",
        json!({"sub": "person-1", "email": "ada@example.org", "email_verified": "true", "name": "Other", "iss": "x"}),
    );
    let profile = provider.profile(&person, Some(NONCE)).await.unwrap();
    assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("ada@example.org"), true));
    assert_eq!(profile.name, "Ada", "what is signed goes before what is not");
    assert_eq!(issuer.mock.asked("/userinfo")[0].headers["authorization"], "Bearer at");

    for stranger in
        [json!({"sub": "person-2", "email": "eve@example.org"}), json!({"email": "eve@example.org"})]
    {
        issuer.mock.json("/userinfo", stranger);
        let error = provider.profile(&person, Some(NONCE)).await.unwrap_err();
        assert!(matches!(error, ProviderError::InvalidAnswer { .. }), "{error}");
    }
    let alone = tokens(None, Some(&id_token));
    assert_eq!(provider.profile(&alone, Some(NONCE)).await.unwrap().email, None);
    let provider = issuer.builder().without_userinfo().build().unwrap();
    assert_eq!(provider.profile(&person, Some(NONCE)).await.unwrap().email, None);
}

#[tokio::test]
async fn an_issuer_that_names_itself_beside_the_code_is_held_to_it() {
    let issuer = Issuer::start(&[]).await;
    assert_eq!(issuer.builder().build().unwrap().issuer().await.unwrap(), None);
    let mut document = issuer.document();
    document["authorization_response_iss_parameter_supported"] = true.into();
    issuer.mock.json(DISCOVERY, document);
    assert_eq!(issuer.builder().build().unwrap().issuer().await.unwrap(), Some(issuer.mock.base.clone()));
}

#[tokio::test]
async fn endpoints_may_be_given_instead_of_discovered() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let given = || {
        OidcProvider::builder("test", "the-client")
            .issuer(&issuer.mock.base)
            .authorization_url(issuer.mock.url("/my-authorize"))
            .token_url(issuer.mock.url("/my-token"))
            .clock(std::sync::Arc::<auth_core::domain::ManualClock>::clone(&issuer.clock))
    };
    let error = given().build().unwrap_err();
    assert_eq!(error.to_string(), "the settings of test are wrong: there is no jwks_uri");
    let provider = given().jwks_url(issuer.mock.url("/keys")).build().unwrap();
    let (url, _) = authorization(&provider, None, &[]).await.unwrap();
    assert_eq!(url.path(), "/my-authorize");
    let token = key.sign(&issuer.claims(&json!({})));
    assert!(provider.profile(&tokens(None, Some(&token)), Some(NONCE)).await.is_ok());
    assert!(issuer.mock.asked(DISCOVERY).is_empty());

    let provider = issuer.builder().token_url(issuer.mock.url("/my-token")).build().unwrap();
    issuer.mock.json("/my-token", json!({"access_token": "new"}));
    assert!(
        provider.refresh(&Secret::new("rt")).await.is_ok(),
        "what is given goes before what is discovered"
    );
}

/// One document must not vouch for the address of another.
#[tokio::test]
async fn an_address_is_proven_by_the_document_that_has_it() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let provider = issuer.builder().build().unwrap();
    let id_token = key.sign(&issuer.claims(&json!({"email": null, "email_verified": true})));
    let tokens = tokens(Some("at"), Some(&id_token));
    issuer.mock.json("/userinfo", json!({"sub": "person-1", "email": "victim@example.org"}));
    let profile = provider.profile(&tokens, Some(NONCE)).await.unwrap();
    assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("victim@example.org"), false));
}

#[tokio::test]
async fn somebody_known_is_told_of_after_the_id_token_has_expired() {
    let key = Key::es256("k");
    let issuer = Issuer::start(&[&key]).await;
    let expired = key.sign(&issuer.claims(&json!({"iat": 1_000_000_000, "exp": 1_000_003_600})));
    let tokens = tokens(Some("at"), Some(&expired));
    let provider = issuer.builder().build().unwrap();
    issuer.mock.json("/userinfo", json!({"sub": "person-1", "email": "now@example.org"}));
    assert_eq!(provider.known_profile(&tokens).await.unwrap().email.as_deref(), Some("now@example.org"));
    assert!(matches!(provider.profile(&tokens, None).await, Err(ProviderError::InvalidIdToken { .. })));

    // Where there is nobody to ask, the id token still says whose it was; a forged one does not.
    let provider = issuer.builder().without_userinfo().build().unwrap();
    assert_eq!(provider.known_profile(&tokens).await.unwrap().account_id, "person-1");
    let forged = Key::es256("k").sign(&issuer.claims(&json!({"iat": 1_000_000_000, "exp": 1_000_003_600})));
    let forged = support::tokens(Some("at"), Some(&forged));
    assert!(matches!(provider.known_profile(&forged).await, Err(ProviderError::InvalidIdToken { .. })));
}
