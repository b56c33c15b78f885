"""Who is signed in? People with an account, their kind (resident or staff), and how they prove who they are."""
