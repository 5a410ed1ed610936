//! Metrics for Prometheus, at an address of their own: they are nobody else's business.

use std::net::SocketAddr;
use std::time::Duration;

use auth_core::Auth;
use auth_core::telemetry::{METRICS, Metric, MetricKind};
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::error::ServerError;
use crate::{listen, serve};

/// What is measured, before there is anything to measure.
pub(crate) struct Metrics {
    listener: TcpListener,
    recorded: PrometheusHandle,
}

impl Metrics {
    /// Listens and installs the recorder. `None` without an address.
    ///
    /// # Errors
    ///
    /// [`ServerError::Listen`]; [`ServerError::Metrics`] when there is another recorder.
    pub(crate) async fn start(address: Option<SocketAddr>) -> Result<Option<Self>, ServerError> {
        let Some(address) = address else {
            return Ok(None);
        };
        let (listener, address) = serve::bind(address, "AUTH_METRICS_ADDRESS").await?;
        let recorded = install().map_err(ServerError::Metrics)?;
        println!("metrics on http://{address}/metrics");
        Ok(Some(Self { listener, recorded }))
    }

    /// Tells what an `Auth` does, until what is given here is dropped.
    pub(crate) fn tell(self, auth: Auth) -> JoinSet<()> {
        let Self { listener, recorded } = self;
        let app = Router::new()
            .route("/metrics", get(metrics))
            .with_state((auth.clone(), recorded.clone()))
            .merge(auth_axum::health_router(auth));
        let mut tasks = JoinSet::new();
        tasks.spawn(listen::serve(listener, app, std::future::pending()));
        tasks.spawn(async move {
            loop {
                tokio::time::sleep(BETWEEN_UPKEEPS).await;
                recorded.run_upkeep();
            }
        });
        tasks
    }
}

/// The recorder of this process, with the buckets that suit each histogram.
fn install() -> Result<PrometheusHandle, BuildError> {
    let buckets = |builder: PrometheusBuilder, metric: &Metric| match metric.kind {
        MetricKind::Histogram(buckets) => {
            builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)
        }
        _ => Ok(builder),
    };
    METRICS.iter().try_fold(PrometheusBuilder::new(), buckets)?.install_recorder()
}

async fn metrics(State((auth, recorded)): State<(Auth, PrometheusHandle)>) -> impl IntoResponse {
    auth.set_gauges();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], recorded.render())
}

/// Each value of a histogram takes room until it is counted into its bucket: here, or when somebody reads.
const BETWEEN_UPKEEPS: Duration = Duration::from_secs(5);
