"""The screen: the only part of the domain that knows Streamlit."""
