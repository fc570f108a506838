//! A page as it is from outside: a socket, and the picture it makes of what it is told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use liandong::telemetry::Stopwatch;
use serde_json::{Map, Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, Request};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::desk_room::Room;
use crate::schemas::held;

/// What is asked for a socket at `address`, with `headers`.
fn request(address: SocketAddr, headers: &[(&str, &str)]) -> Request<()> {
    let mut request = format!("ws://{address}/api/v1/socket").into_client_request().unwrap();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

/// A page.
pub(crate) struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What it was told, in order.
    pub(crate) heard: Vec<Value>,
    /// The cases it shows.
    pub(crate) cases: BTreeMap<String, Value>,
    /// Where it stands.
    pub(crate) since: BTreeMap<String, String>,
    /// What a whole row says where it says nothing.
    blanks: Map<String, Value>,
}

impl Page {
    /// Connects, and says `hello`.
    pub(crate) async fn open(room: &Room, hello: Value) -> Self {
        Self::open_at(room.address, hello).await
    }

    /// As [`Page::open`], of whatever is served there.
    pub(crate) async fn open_at(address: SocketAddr, hello: Value) -> Self {
        let hello = json!({ "hello": hello });
        held::said(&hello);
        Self::connect(address, &[], &hello).await
    }

    /// Connects with `headers` of its own, and says `hello`.
    pub(crate) async fn open_as(room: &Room, headers: &[(&str, &str)], hello: Value) -> Self {
        let hello = json!({ "hello": hello });
        held::said(&hello);
        Self::connect(room.address, headers, &hello).await
    }

    /// Connects, and says a `hello` that is none.
    pub(crate) async fn open_wrongly(room: &Room, hello: Value) -> Self {
        let hello = json!({ "hello": hello });
        held::unsayable(&hello);
        Self::connect(room.address, &[], &hello).await
    }

    async fn connect(address: SocketAddr, headers: &[(&str, &str)], hello: &Value) -> Self {
        let mut page = Self::connected(address, headers).await;
        // One that is closed at once may be so before it has spoken.
        let hello = Message::Text(hello.to_string().into());
        drop(page.socket.send(hello).await);
        page
    }

    /// Connects, and says nothing.
    pub(crate) async fn open_silent(room: &Room) -> Self {
        Self::connected(room.address, &[]).await
    }

    async fn connected(address: SocketAddr, headers: &[(&str, &str)]) -> Self {
        let (socket, _) = connect_async(request(address, headers)).await.unwrap();
        let (heard, cases, since) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { socket, heard, cases, since, blanks: Map::new() }
    }

    /// Whether a page with such headers may connect.
    pub(crate) async fn may_open(room: &Room, headers: &[(&str, &str)]) -> bool {
        connect_async(request(room.address, headers)).await.is_ok()
    }

    /// Says something.
    pub(crate) async fn say(&mut self, what: &Value) {
        held::said(what);
        self.send(what).await;
    }

    /// Says something, right or wrong.
    pub(crate) async fn send(&mut self, what: &Value) {
        self.socket.send(Message::Text(what.to_string().into())).await.unwrap();
    }

    /// The next word, or the code it was closed with.
    async fn next(&mut self) -> Result<Value, u16> {
        loop {
            let waited = tokio::time::timeout(Duration::from_secs(8), self.socket.next()).await;
            match waited.unwrap().unwrap() {
                Ok(Message::Text(text)) => {
                    let word = serde_json::from_str(&text).unwrap();
                    held::told(&word);
                    return Ok(word);
                }
                Ok(Message::Close(close)) => return Err(close.map_or(0, |it| it.code.into())),
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Listens until a word of `kind` comes, and gives its body.
    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        // Beats go on for ever: what never comes is a fault, and no reason to wait as long.
        let waited = Stopwatch::start();
        while waited.elapsed() < Duration::from_secs(30) {
            let word = self.next().await.unwrap_or_else(|code| panic!("{code} before {kind}"));
            self.take(&word);
            let body = word.get(kind).cloned();
            self.heard.push(word);
            if let Some(body) = body {
                return body;
            }
        }
        panic!("no {kind} came");
    }

    /// Listens until it is closed, and gives the code.
    pub(crate) async fn until_closed(&mut self) -> u16 {
        loop {
            match self.next().await {
                Ok(word) => self.heard.push(word),
                Err(code) => return code,
            }
        }
    }

    /// Listens until the partition is live, and gives how it became so.
    pub(crate) async fn until_live(&mut self) -> String {
        let live = self.until("live").await;
        live["how"].as_str().unwrap().to_owned()
    }

    /// Everything it heard, as bytes.
    pub(crate) fn bytes(&self) -> String {
        self.heard.iter().map(Value::to_string).collect()
    }

    fn take(&mut self, word: &Value) {
        if let Some(hello) = word.get("hello") {
            self.blanks = held::blanks(hello["page"].as_str().unwrap());
        }
        if let Some(page) = word.get("page") {
            if page["number"] == 1 {
                let partition = format!("{}-", page["partition"]);
                self.cases.retain(|case, _| !case.starts_with(&partition));
            }
            rows(page, "cases").for_each(|row| self.store(row));
        }
        if let Some(live) = word.get("live") {
            let through = live["through"].as_str().unwrap().to_owned();
            self.since.insert(live["partition"].to_string(), through);
        }
        if let Some(delta) = word.get("delta") {
            rows(delta, "came").for_each(|row| self.store(row));
            for moved in rows(delta, "cases") {
                let row = self.cases.get_mut(moved["case"].as_str().unwrap()).unwrap();
                row.as_object_mut().unwrap().extend(moved.as_object().unwrap().clone());
            }
            for case in rows(delta, "gone") {
                self.cases.remove(case.as_str().unwrap());
            }
            let since = self.since.get_mut(&delta["partition"].to_string()).unwrap();
            let (epoch, _) = since.split_once(':').unwrap();
            *since = format!("{epoch}:{}", delta["to"].as_str().unwrap());
        }
    }

    /// Keeps a whole row, with what it left out.
    fn store(&mut self, row: &Value) {
        let mut filled = self.blanks.clone();
        filled.extend(row.as_object().unwrap().clone());
        self.cases.insert(row["case"].as_str().unwrap().to_owned(), filled.into());
    }
}

/// What a frame says under `name`; nothing where it does not.
fn rows<'a>(frame: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    frame.get(name).and_then(Value::as_array).into_iter().flatten()
}
