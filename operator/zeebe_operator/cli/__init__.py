"""`kubectl zeebe`, for people who run the operator. It knows the model and no other room."""
