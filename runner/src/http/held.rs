//! An answer with which something is given back once all of it has been sent, or nobody takes it any more.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

struct Held<T> {
    body: Body,
    _held: T,
}

/// The same answer, which holds this.
pub(super) fn holding<T: Send + Unpin + 'static>(response: Response, _held: T) -> Response {
    response.map(|body| Body::new(Held { body, _held }))
}

impl<T: Unpin> HttpBody for Held<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    // Without it a length would not be told that is known.
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
