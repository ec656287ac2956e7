"""What people print, show and embed: posters, certificates, QR codes, badges. Pure builders."""
