//! The road every request takes through a practice provider, faults included.
//!
//! Doesn't know any provider, nor what a fault does: it only says when.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::Response,
};
use tokio::net::TcpListener;

use super::{
    asked::Asked,
    bend, control,
    faults::{Fault, RequestKind},
    reply::Reply,
    shop::Shop,
    wire::{Scissors, Wires},
};

/// Serves the provider on this socket until the runtime ends.
pub(super) async fn serve(shop: Shop, socket: TcpListener) {
    let router = Router::new().fallback(answer).with_state(Arc::new(shop));
    let service = router.into_make_service_with_connect_info::<Scissors>();
    // It never returns of its own accord: errors of single connections stay with them.
    axum::serve(Wires(socket), service).await.ok();
}

async fn answer(
    State(shop): State<Arc<Shop>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response<Body> {
    let asked = match Asked::read(request).await {
        Ok(asked) => asked,
        Err(reply) => return reply.into_response(),
    };
    if !asked.is_for_this_machine() {
        return Reply::text(421, "This server answers to 127.0.0.1 only").into_response();
    }
    if asked.path.starts_with("/practice/") {
        return control::answer(&shop, &asked).uncached().into_response();
    }
    let (reply, fault) = visited(&shop, &asked).await;
    if matches!(fault, Some(Fault::AnswerLost)) {
        scissors.cut();
    }
    reply.into_response()
}

/// Has the provider answer, with the fault that is due at every point of the road where one can be.
async fn visited(shop: &Shop, asked: &Asked) -> (Reply, Option<Fault>) {
    let route = shop.provider.route(asked, shop.mode);
    let kind = route.as_ref().ok().and_then(|route| route.kind_of(asked));
    let fault = kind.and_then(|kind| shop.faults().take(kind, false));
    if let Some(Fault::Slow { seconds }) = fault {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
    let mut reply = match (fault.as_ref().and_then(bend::instead), route) {
        (Some(reply), _) | (None, Err(reply)) => reply,
        (None, Ok(route)) => shop.work(asked, route, fault.as_ref()),
    };
    if let Some(fault) = &fault {
        bend::answer(fault, &mut reply);
    }
    if reply.is_callback() {
        let fault = shop.faults().take(RequestKind::Authorize, true);
        if let Some(fault) = fault {
            bend::callback(&fault, &mut reply);
        }
    }
    let mut reply = shop.note(asked, kind, reply);
    if let Some(date) = shop.date(fault.as_ref()) {
        reply = reply.with("date", date);
    }
    (reply, fault)
}
