//! What is told apart: operations, outcomes, sources. Every label's value is one of these words.

/// An operation of the services. Its name is that of its method, and of its span without `auth.`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    AccessToken,
    AnonymiseUser,
    ChangeEmail,
    ChangePassword,
    ConfirmDeletion,
    ConfirmPassword,
    CreateUser,
    DeleteUser,
    EraseUser,
    ExportUser,
    FinishOauth,
    LinkIdToken,
    RefreshToken,
    RemoveUser,
    RequestPasswordReset,
    ResetPassword,
    RestoreUser,
    RevokeOtherSessions,
    RevokeSession,
    RevokeSessions,
    SendVerificationEmail,
    SetPassword,
    SignInEmail,
    SignInIdToken,
    SignOut,
    SignUpEmail,
    SoftDeleteUser,
    StartLink,
    StartOauth,
    UnlinkAccount,
    UpdateSession,
    UpdateUser,
    VerifyEmail,
    VerifyPassword,
}

impl Operation {
    pub(super) const ALL: [Self; 34] = [
        Self::AccessToken,
        Self::AnonymiseUser,
        Self::ChangeEmail,
        Self::ChangePassword,
        Self::ConfirmDeletion,
        Self::ConfirmPassword,
        Self::CreateUser,
        Self::DeleteUser,
        Self::EraseUser,
        Self::ExportUser,
        Self::FinishOauth,
        Self::LinkIdToken,
        Self::RefreshToken,
        Self::RemoveUser,
        Self::RequestPasswordReset,
        Self::ResetPassword,
        Self::RestoreUser,
        Self::RevokeOtherSessions,
        Self::RevokeSession,
        Self::RevokeSessions,
        Self::SendVerificationEmail,
        Self::SetPassword,
        Self::SignInEmail,
        Self::SignInIdToken,
        Self::SignOut,
        Self::SignUpEmail,
        Self::SoftDeleteUser,
        Self::StartLink,
        Self::StartOauth,
        Self::UnlinkAccount,
        Self::UpdateSession,
        Self::UpdateUser,
        Self::VerifyEmail,
        Self::VerifyPassword,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::AnonymiseUser => "anonymise_user",
            Self::ChangeEmail => "change_email",
            Self::ChangePassword => "change_password",
            Self::ConfirmDeletion => "confirm_deletion",
            Self::ConfirmPassword => "confirm_password",
            Self::CreateUser => "create_user",
            Self::DeleteUser => "delete_user",
            Self::EraseUser => "erase_user",
            Self::ExportUser => "export_user",
            Self::FinishOauth => "finish_oauth",
            Self::LinkIdToken => "link_id_token",
            Self::RefreshToken => "refresh_token",
            Self::RemoveUser => "remove_user",
            Self::RequestPasswordReset => "request_password_reset",
            Self::ResetPassword => "reset_password",
            Self::RestoreUser => "restore_user",
            Self::RevokeOtherSessions => "revoke_other_sessions",
            Self::RevokeSession => "revoke_session",
            Self::RevokeSessions => "revoke_sessions",
            Self::SendVerificationEmail => "send_verification_email",
            Self::SetPassword => "set_password",
            Self::SignInEmail => "sign_in_email",
            Self::SignInIdToken => "sign_in_id_token",
            Self::SignOut => "sign_out",
            Self::SignUpEmail => "sign_up_email",
            Self::SoftDeleteUser => "soft_delete_user",
            Self::StartLink => "start_link",
            Self::StartOauth => "start_oauth",
            Self::UnlinkAccount => "unlink_account",
            Self::UpdateSession => "update_session",
            Self::UpdateUser => "update_user",
            Self::VerifyEmail => "verify_email",
            Self::VerifyPassword => "verify_password",
        }
    }
}

/// What came of a validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Valid,
    /// Valid, and it lives longer now.
    Extended,
    /// Unknown, revoked or expired.
    None,
    /// It could not be told.
    Failed,
}

impl Outcome {
    pub(super) const ALL: [(Self, &'static str); 4] = [
        (Self::Valid, "valid"),
        (Self::Extended, "extended"),
        (Self::None, "none"),
        (Self::Failed, "failed"),
    ];
}

/// What answered a validation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// The adapter that holds the data.
    #[default]
    Database,
    /// The store beside it.
    Storage,
    /// The memory of the process.
    Local,
    /// What the browser kept.
    Cookie,
}

impl Source {
    pub(super) const ALL: [(Self, &'static str); 4] = [
        (Self::Database, "database"),
        (Self::Storage, "storage"),
        (Self::Local, "local"),
        (Self::Cookie, "cookie"),
    ];
}
