"""The only room that speaks gRPC: model values in, model values or model errors out."""
