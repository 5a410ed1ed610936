//! `auth user create`.

use std::error::Error;
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use auth_core::domain::{Additional, Email, InvalidEmail, NewUser};
use auth_core::password::Password;
use auth_schema::{FieldType, Schema, Value, user};
use clap::{Args, ValueEnum};
use serde_json::Value as Json;

use super::super::ask;
use super::super::context::Context;
use super::super::services::{operator, services};
use super::answer::Answer;
use crate::view::Views;

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The e-mail address.
    #[arg(long)]
    email: String,
    /// The name.
    #[arg(long)]
    name: String,
    /// The address is known to be the person's.
    #[arg(long)]
    verified: bool,
    /// Read the password from standard input. Without it, a terminal is asked, and elsewhere the user has none.
    #[arg(long)]
    password_stdin: bool,
    /// Ask for no password: the user signs in by a provider, or resets the password by mail.
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
    /// The format of the hash; a TypeScript application on the same rows reads scrypt only.
    #[arg(long, value_enum, default_value_t = Format::Argon2id, value_name = "FORMAT")]
    password_format: Format,
    /// An additional field: text, or JSON for a field of another type.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Argon2id,
    Scrypt,
}

#[derive(Debug, thiserror::Error)]
enum CreateError {
    #[error("nobody is there to be asked: give --password-stdin, or --no-password")]
    NoPassword,
    #[error("{email:?} is refused")]
    Email { email: String, source: InvalidEmail },
    #[error("the user has no additional field {name:?}: the schema of --config declares them")]
    Unknown { name: String },
    #[error("the field {name:?} {expected}")]
    Value { name: String, expected: &'static str },
}

impl Create {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let email = Email::parse(&self.email)
            .map_err(|source| CreateError::Email { email: self.email.clone(), source })?;
        let auth = services(context, self.format()).await?;
        let mut new = NewUser::new(self.name.clone(), email);
        new.email_verified = self.verified;
        new.additional = additional(&self.fields, auth.adapter().schema())?;
        let user = auth.create_user(new, self.password()?, &operator()).await?;
        let views = Views::new(auth.adapter().schema())?;
        context.answer(&Answer { user: views.user(&user) })?;
        Ok(ExitCode::SUCCESS)
    }

    fn format(&self) -> PasswordFormat {
        match self.password_format {
            Format::Argon2id => PasswordFormat::Argon2id,
            Format::Scrypt => PasswordFormat::Scrypt,
        }
    }

    fn password(&self) -> Result<Option<Password>, Box<dyn Error>> {
        match (self.password_stdin, self.no_password) {
            (true, _) => ask::password_from_stdin().map(Some),
            (false, true) => Ok(None),
            (false, false) if ask::somebody_is_there() => ask::new_password(),
            (false, false) => Err(CreateError::NoPassword.into()),
        }
    }
}

/// Additional fields of a user, as arguments say them.
pub(super) fn additional(fields: &[(String, String)], schema: &Schema) -> Result<Additional, Box<dyn Error>> {
    let model = schema.model(user::MODEL)?;
    let mut additional = Additional::new();
    for (name, text) in fields {
        let found = model.find(name).ok().filter(|field| *field > user::UPDATED_AT);
        let field = found.and_then(|field| model.field(field));
        let field = field.ok_or_else(|| CreateError::Unknown { name: name.clone() })?;
        let value = read(field.field_type, text);
        let wrong = |expected| CreateError::Value { name: name.clone(), expected };
        additional.set(field.name.clone(), value.map_err(wrong)?);
    }
    Ok(additional)
}

/// Text is taken as it stands where the field's type has a form as text, else as JSON.
fn read(field_type: FieldType, text: &str) -> Result<Value, &'static str> {
    let as_text = field_type.read_json(&Json::from(text));
    match (field_type, as_text) {
        (FieldType::Json, _) => {
            serde_json::from_str(text).map_or(Err("must be JSON"), |json| field_type.read_json(&json))
        }
        (_, Ok(value)) => Ok(value),
        (_, Err(expected)) => {
            serde_json::from_str(text).map_or(Err(expected), |json| field_type.read_json(&json))
        }
    }
}

pub(super) fn pair(argument: &str) -> Result<(String, String), &'static str> {
    let (name, value) = argument.split_once('=').ok_or("must have the form FIELD=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
