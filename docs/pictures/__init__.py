"""Makes pictures of the running application: those of the documents, and every state at many sizes."""
