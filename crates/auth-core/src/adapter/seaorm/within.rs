//! Joins a transaction that the application has opened.

use sea_orm::DatabaseTransaction;

use crate::adapter::AdapterError;
use crate::auth::{Auth, Within};

impl Auth {
    /// Joins an open transaction of the application: what is done through the returned value happens inside it.
    /// Nothing is retried, because only the application can run its transaction again; an operation of several
    /// statements runs in a savepoint, so that its failure leaves nothing and the transaction can go on. After-hooks
    /// wait: take them with [`Within::detach`] before the commit and run them after it.
    ///
    /// ```no_run
    /// # use sea_orm::{DatabaseConnection, TransactionTrait};
    /// # async fn example(
    /// #     auth: auth_core::Auth,
    /// #     db: DatabaseConnection,
    /// #     request: auth_core::service::SignUpEmail,
    /// #     context: auth_core::domain::RequestContext,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let txn = db.begin().await?;
    /// let joined = auth.within(&txn)?;
    /// joined.sign_up_email(request, &context).await?;
    /// // … the application's own statements on `txn` …
    /// let after = joined.detach();
    /// txn.commit().await?;
    /// after.committed().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`AdapterError::Unsupported`] when the data is not held by a SeaORM adapter.
    pub fn within<'t>(&self, transaction: &'t DatabaseTransaction) -> Result<Within<'t>, AdapterError> {
        let adapter = self.adapter().seaorm().ok_or(AdapterError::Unsupported {
            what: "join a SeaORM transaction",
            advice: "it is not a SeaORM adapter, nor does it wrap one",
        })?;
        Ok(self.within_adapter(Box::new(adapter.joined(transaction))))
    }
}
