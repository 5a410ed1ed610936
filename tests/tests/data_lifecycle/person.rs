//! A person with unmistakable texts in every field of every model.

use std::sync::Arc;

use auth_core::adapter::{Adapter, Record};
use auth_core::domain::{
    Email, NewAccount, NewVerification, RequestContext, Secret, Session, User, UserChange,
};
use auth_core::{AuthBuilder, MemoryAdapter, SeaOrmAdapter};
use auth_schema::{Field, FieldType, Model, OnDelete, Schema, account, audit_event, session};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD};
use time::Duration;

pub(crate) const EMAIL: &str = "zzneedle@example.com";
pub(crate) const NAME: &str = "Zzneedle Person";

/// A plugin's models: rows that go with the user, rows that go with those, and rows that forget the user.
pub(crate) fn schema() -> Schema {
    let text = |name: &str| Field::new(name, FieldType::String);
    let passkey = vec![text("owner").references("user", "id").index(), text("label")];
    let usage = vec![text("passkey_id").references("passkey", "id"), text("place")];
    let author = text("author").optional().references("user", "id").on_delete(OnDelete::SetNull);
    Schema::builder()
        .field("user", text("nickname").optional())
        .field("session", text("device").optional())
        .field("account", text("label").optional())
        .field("verification", text("note").optional())
        .soft_delete()
        .audit_trail()
        .model(Model::new("passkey", "passkeys", passkey))
        .model(Model::new("passkey_use", "passkey_uses", usage))
        .model(Model::new("post", "posts", vec![author, text("title")]))
        .build()
        .expect("the parts fit")
}

/// The same tables without a single foreign key.
fn without_foreign_keys(schema: &Schema) -> Schema {
    let bare = |model: &Model| {
        let fields = model.fields().iter().skip(1).cloned();
        let fields = fields.map(|field| {
            let mut bare = field;
            // A key on MySQL is a bounded text; an index makes it one.
            bare.index = bare.index || bare.references.is_some();
            bare.references = None;
            bare
        });
        let mut bare = Model::new(model.name(), model.table(), fields.collect()).expect("names are unique");
        for group in model.unique_together() {
            bare = bare.with_unique_together(group.clone());
        }
        for group in model.index_together() {
            bare = bare.with_index_together(group.clone());
        }
        bare
    };
    Schema::new(schema.models().map(|(_, model)| bare(model)).collect()).expect("the parts fit")
}

/// An adapter on the tables of the schema, with foreign keys or without.
pub(crate) async fn adapter(database: &TestDatabase, foreign_keys: bool) -> Arc<dyn Adapter> {
    if foreign_keys || database.backend() == Backend::Memory {
        return database.adapter_of(schema()).await;
    }
    let connection = database.connect().await;
    SeaOrmAdapter::create_tables(&connection, &without_foreign_keys(&schema())).await.unwrap();
    let adapter = SeaOrmAdapter::with_schema(connection, schema()).await.unwrap();
    match database.backend() {
        Backend::MysqlWithoutReturning => Arc::new(adapter.without_returning()),
        _ => Arc::new(adapter),
    }
}

/// In memory, with the schema.
pub(crate) fn in_memory(settings: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Fixture {
    Fixture::on(Arc::new(MemoryAdapter::with_schema(schema())), settings)
}

/// A request of the person.
pub(crate) fn request() -> RequestContext {
    RequestContext::new().ip_address("203.0.113.77").user_agent("zzneedle-agent/1")
}

/// A person, and everything that would tell of them.
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) session: Session,
    pub(crate) needles: Vec<String>,
}

impl Person {
    /// Lets somebody live through everything that leaves a trace.
    pub(crate) async fn plant(fixture: &Fixture) -> Self {
        let (auth, request) = (&fixture.auth, request());
        let bystander = fixture.user("bystander@example.com").await;
        let mut sign_up = auth_core::service::SignUpEmail::new(
            NAME,
            Email::parse(EMAIL).unwrap(),
            auth_core::password::Password::new(PASSWORD),
        );
        sign_up.image = Some("https://zzneedle.example.com/me.png".into());
        let signed_up = auth.sign_up_email(sign_up, &request).await.unwrap();
        let user = signed_up.user;
        let store = auth.store_for(&request);
        let mut change = UserChange::default();
        change.additional.set("nickname", "zzneedle-nick");
        store.users().update(&user.id, change).await.unwrap();
        let sign_in = || {
            let (email, password) = (Email::parse(EMAIL).unwrap(), PASSWORD);
            auth_core::service::SignInEmail::new(email, auth_core::password::Password::new(password))
        };
        let session = auth.sign_in_email(sign_in(), &request).await.unwrap().session;
        let mut wrong = sign_in();
        wrong.password = auth_core::password::Password::new("not the password");
        auth.sign_in_email(wrong, &request).await.unwrap_err();
        let mut device = auth_core::domain::SessionChange::default();
        device.additional.set("device", "zzneedle-phone");
        store.sessions().update(&session.token, device).await.unwrap();
        let mut linked = NewAccount::with_password(user.id.clone(), Secret::new("unused"));
        (linked.provider_id, linked.account_id) = ("google".into(), "zzneedle-at-google".into());
        linked.password = None;
        linked.access_token = Some(Secret::new("zzneedle-access"));
        linked.refresh_token = Some(Secret::new("zzneedle-refresh"));
        linked.id_token = Some(Secret::new("zzneedle-id-token"));
        linked.scope = Some("zzneedle-scope".into());
        linked.additional.set("label", "zzneedle-label");
        store.accounts().create(linked).await.unwrap();
        plant_verifications(fixture, &user).await;
        plant_plugin_rows(auth.store(), &user, &bystander).await;
        // Acts for somebody else, as an administrator would.
        let acting = request.clone().acting(session.id.clone(), user.id.clone());
        let new_name = UserChange { name: Some("Bystander".into()), ..UserChange::default() };
        auth.store_for(&acting).users().update(&bystander.id, new_name).await.unwrap();
        let hash = store.accounts().find_credential(&user.id).await.unwrap().unwrap().password.unwrap();
        let mut needles: Vec<String> =
            ["zzneedle", "203.0.113.77", hash.expose(), session.token.expose()].map(str::to_owned).into();
        needles.push(session.id.to_string());
        Self { user, session, needles }
    }
}

async fn plant_verifications(fixture: &Fixture, user: &User) {
    let verifications = fixture.auth.store().verifications();
    let ends = fixture.auth.now() + Duration::hours(1);
    let state = format!(r#"{{"link":{{"userId":"{}","email":"{EMAIL}"}}}}"#, user.id);
    for (identifier, value) in [
        ("reset-password:zzneedle-token".to_owned(), user.id.as_str()),
        (format!("sign-in-otp-{EMAIL}"), "123456:0"),
        ("state-of-a-redirect".to_owned(), state.as_str()),
        ("sign-in-otp-bystander@example.com".to_owned(), "654321:0"),
    ] {
        let mut new = NewVerification::new(identifier.clone(), Secret::new(value), ends);
        if !identifier.contains("bystander") {
            new.additional.set("note", "zzneedle-note");
        }
        verifications.create(new).await.unwrap();
    }
}

async fn plant_plugin_rows(store: auth_core::repository::Store<'_>, user: &User, bystander: &User) {
    let passkeys = store.model("passkey").unwrap();
    let (owner, label) = (passkeys.field("owner").unwrap(), passkeys.field("label").unwrap());
    for (id, text) in [(&user.id, "zzneedle-key"), (&bystander.id, "their-key")] {
        let record = Record::default().with(owner, id.as_str()).with(label, text);
        let created = passkeys.create(record).await.unwrap();
        let of_keys = store.model("passkey_use").unwrap();
        let (of, place) = (of_keys.field("passkey_id").unwrap(), of_keys.field("place").unwrap());
        let key = created.get(auth_schema::FieldId::ID).unwrap().clone();
        let place_text = if text.starts_with("zz") { "zzneedle-place" } else { "their-place" };
        of_keys.create(Record::default().with(of, key).with(place, place_text)).await.unwrap();
    }
    let posts = store.model("post").unwrap();
    let (author, title) = (posts.field("author").unwrap(), posts.field("title").unwrap());
    let post = Record::default().with(author, user.id.as_str()).with(title, "a post that stays");
    posts.create(post).await.unwrap();
}

/// Every model of the schema has a row of the person, so that a search that finds nothing says something.
pub(crate) const TOUCHED: &[(&str, auth_schema::FieldId)] =
    &[("session", session::USER_ID), ("account", account::USER_ID), ("audit_event", audit_event::USER_ID)];
