//! Delivering one order by HTTP, again and again until the receiver has said yes.

use std::time::Duration;

use reqwest::Client;

use crate::config::OutboundConfig;
use crate::domain::Order;
use crate::shutdown::Stop;
use crate::telemetry::Metrics;

/// The header that carries an order's delivery id.
const DELIVERY: &str = "x-liandong-delivery";
/// The pause after the first failure; it doubles from there.
const RETRY_MS_MIN: u64 = 50;

/// Where orders are posted.
#[derive(Debug, Clone)]
pub struct Webhook {
    client: Client,
    url: String,
    retry_ms_max: u64,
    metrics: Metrics,
}

impl Webhook {
    /// The configured webhook; none where orders stay in the changes.
    ///
    /// # Errors
    /// Where the client cannot be made.
    pub fn new(config: &OutboundConfig, metrics: &Metrics) -> Result<Option<Self>, reqwest::Error> {
        let Some(url) = config.orders_url.clone() else { return Ok(None) };
        let timeout = Duration::from_millis(config.timeout_ms);
        let client = Client::builder().timeout(timeout).build()?;
        let (retry_ms_max, metrics) = (config.retry_ms_max, metrics.clone());
        Ok(Some(Self { client, url, retry_ms_max, metrics }))
    }

    /// Delivers `orders` in order. Says whether all were; not where it was asked to stop before.
    pub(super) async fn deliver_all(&self, orders: &[Order], stop: &mut Stop) -> bool {
        for order in orders {
            if !self.deliver(order, stop).await {
                return false;
            }
        }
        true
    }

    /// Delivers `order`. Says whether it did; not where it was asked to stop before.
    pub async fn deliver(&self, order: &Order, stop: &mut Stop) -> bool {
        let mut pause_ms = RETRY_MS_MIN;
        let mut repeated = "false";
        loop {
            self.metrics.outbound_orders_total.with_label_values(&[repeated]).inc();
            match self.post(order).await {
                Ok(()) => return true,
                Err(error) => {
                    let order = order.id;
                    tracing::warn!(%order, %error, pause_ms, "an order is not delivered yet");
                }
            }
            let pause = tokio::time::sleep(Duration::from_millis(pause_ms));
            tokio::select! {
                () = pause => {}
                () = stop.asked() => return false,
            }
            pause_ms = pause_ms.saturating_mul(2).min(self.retry_ms_max);
            repeated = "true";
        }
    }

    async fn post(&self, order: &Order) -> Result<(), reqwest::Error> {
        let request = self.client.post(&self.url).header(DELIVERY, order.id.to_string());
        request.json(order).send().await?.error_for_status()?;
        Ok(())
    }
}
